package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.monitor.LetterEvent;
import dev.cdcpipeline.monitor.ParkingCounters;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.target.ParkingListener;
import dev.cdcpipeline.target.ParkingSession;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the sessions of one target tell of changes that fail. Told by the shard's thread, asked by any. */
final class TargetLetters implements ParkingListener {
    private static final Logger LOG = LoggerFactory.getLogger(TargetLetters.class);

    private final String shard;
    private final String target;
    private final PipelineListener listener;
    private final LetterLog log;
    private final Map<String, ProjectionLetters> projections = new ConcurrentHashMap<>();
    private volatile Map<String, Long> open = Map.of();
    private @Nullable ParkingSession session;
    private StoredLetters stored = new StoredLetters();

    TargetLetters(String shard, String target, PipelineListener listener) {
        this.shard = shard;
        this.target = target;
        this.listener = listener;
        this.log = new LetterLog("[" + shard + "] target '" + target + "'", LOG::warn, System::nanoTime);
    }

    void expect(Collection<String> names) {
        names.forEach(this::letters);
    }

    private ProjectionLetters letters(String projection) {
        return projections.computeIfAbsent(projection, name -> new ProjectionLetters());
    }

    @Override
    public void stored(NewLetter letter) {
        stored.add(letter);
        Operation operation = letter.change().operation();
        Optional<String> discarded = letter.discarded();
        if (discarded.isPresent()) {
            letters(letter.projection()).discarded.add(operation, 1);
            log.discarded(letter, discarded.get());
            tell(() -> listener.discarded(event(letter.projection(), operation), discarded.get()));
        } else {
            letters(letter.projection()).parked.add(operation, 1);
            log.parked(letter);
            tell(() -> listener.parked(shard, target, letter));
        }
    }

    @Override
    public void replayed(String projection, Operation operation) {
        letters(projection).replayed.add(operation, 1);
        look();
        tell(() -> listener.replayed(event(projection, operation)));
    }

    @Override
    public void failedAgain(String projection, Operation operation) {
        letters(projection).failedAgain.add(operation, 1);
        tell(() -> listener.failedAgain(event(projection, operation)));
    }

    @Override
    public void discarded(String projection, Operation operation, String reason) {
        letters(projection).discarded.add(operation, 1);
        look();
        log.discarded(projection, reason);
        tell(() -> listener.discarded(event(projection, operation), reason));
    }

    @Override
    public void cut(String projection, long count) {
        letters(projection).cut.add(count);
        look();
        log.cut(projection, count);
        tell(() -> listener.cut(shard, target, projection, count));
    }

    /** A session begins, with what was parked before. */
    void opened(ParkingSession begun) {
        session = begun;
        stored = new StoredLetters();
        look();
    }

    /** The session's batch is durable; what of it was stored. */
    StoredLetters applied() {
        look();
        log.tick(openTotal());
        StoredLetters taken = stored;
        stored = new StoredLetters();
        return taken;
    }

    private void look() {
        Map<String, Long> parked = session == null ? Map.of() : session.parked();
        if (!parked.equals(open)) {
            open = Map.copyOf(parked);
        }
    }

    Map<String, Long> open() {
        Map<String, Long> result = new TreeMap<>();
        projections.keySet().forEach(projection -> result.put(projection, 0L));
        result.putAll(open);
        return result;
    }

    long openTotal() {
        return open.values().stream().mapToLong(Long::longValue).sum();
    }

    Map<String, ParkingCounters> counters() {
        Map<String, ParkingCounters> result = new TreeMap<>();
        projections.forEach((projection, letters) -> result.put(projection, letters.counters()));
        return result;
    }

    private LetterEvent event(String projection, Operation operation) {
        return new LetterEvent(shard, target, projection, operation);
    }

    private void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("[{}] the pipeline's listener failed; it goes on without it", shard, e);
        }
    }
}
