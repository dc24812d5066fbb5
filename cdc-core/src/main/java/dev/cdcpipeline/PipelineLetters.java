package dev.cdcpipeline;

import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterStore;
import dev.cdcpipeline.deadletter.LetterJson;
import dev.cdcpipeline.deadletter.LetterOrder;
import dev.cdcpipeline.internal.engine.PipelineSettings;
import dev.cdcpipeline.internal.engine.ShardSupervisor;
import dev.cdcpipeline.target.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The dead letters of all targets of a pipeline, each in the store where its target has them. */
final class PipelineLetters implements DeadLetters {
    private static final int MOST = 10_000;
    private static final int PAGE = 500;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final PipelineSettings settings;
    private final List<ShardSupervisor> shards;
    private final Supplier<ControlStore> control;

    /** @param control the store of orders, with its tables made */
    PipelineLetters(PipelineSettings settings, List<ShardSupervisor> shards, Supplier<ControlStore> control) {
        this.settings = settings;
        this.shards = shards;
        this.control = control;
    }

    @Override
    public List<DeadLetter> list(DeadLetterFilter filter, int most) {
        if (most < 1 || most > MOST) {
            throw new IllegalArgumentException("most must be in 1 to " + MOST + ", got " + most);
        }
        List<DeadLetter> letters = new ArrayList<>();
        for (Target target : targets(filter)) {
            letters.addAll(oldest(target, filter, most));
        }
        letters.sort(Comparator.comparing(DeadLetter::parkedAt)
                .thenComparing(DeadLetter::target)
                .thenComparing(DeadLetter::id));
        return List.copyOf(letters.subList(0, Math.min(most, letters.size())));
    }

    private List<DeadLetter> oldest(Target target, DeadLetterFilter filter, int most) {
        List<DeadLetter> letters = new ArrayList<>();
        List<DeadLetter> page;
        long last = 0;
        do {
            page = store(target).list(settings.pipeline(), of(target, filter), last, most - letters.size());
            letters.addAll(page);
            last = page.isEmpty() ? last : page.get(page.size() - 1).id();
        } while (!page.isEmpty() && letters.size() < most);
        return letters;
    }

    @Override
    public Optional<DeadLetter> find(String target, long id) {
        DeadLetterFilter parked = DeadLetterFilter.ids(target, id);
        return list(parked, 1).stream()
                .findFirst()
                .or(() -> list(parked.discarded(), 1).stream().findFirst());
    }

    @Override
    public Map<String, Map<String, Map<String, Long>>> count(DeadLetterFilter filter) {
        Map<String, Map<String, Map<String, Long>>> counts = new TreeMap<>();
        for (Target target : targets(filter)) {
            Map<String, Map<String, Long>> count = store(target).count(settings.pipeline(), of(target, filter));
            if (!count.isEmpty()) {
                counts.put(target.name(), count);
            }
        }
        return counts;
    }

    @Override
    public String replay(DeadLetterFilter filter) {
        return order(filter, LetterOrder.Action.REPLAY, "");
    }

    @Override
    public String discard(DeadLetterFilter filter, String reason) {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("to discard dead letters needs a reason");
        }
        return order(filter, LetterOrder.Action.DISCARD, reason);
    }

    private String order(DeadLetterFilter filter, LetterOrder.Action action, String reason) {
        if (filter.state() != DeadLetter.State.PARKED) {
            throw new IllegalArgumentException(
                    "discarded letters stay as they are; leave discarded() out of the filter");
        }
        filter.shard().ifPresent(this::requireShard);
        String id = UUID.randomUUID().toString();
        Map<String, Map<String, Map<String, Long>>> counts = count(filter);
        List<LetterOrder> orders = new ArrayList<>();
        for (Target target : targets(filter)) {
            for (ShardSupervisor shard : shards) {
                boolean meant = filter.shard().map(shard.name()::equals).orElse(true);
                boolean has = counts.getOrDefault(target.name(), Map.of()).containsKey(shard.name());
                if (meant && (has || counts.isEmpty())) {
                    orders.add(LetterOrder.requested(
                            id, shard.name(), of(target, filter).shard(shard.name()), action, reason));
                }
            }
        }
        if (orders.isEmpty()) {
            throw new IllegalArgumentException("all letters that fit are of shards that this pipeline does not have: "
                    + counts + "; bring the shard back under its name");
        }
        control.get().requestLetters(settings.pipeline(), orders);
        shards.forEach(ShardSupervisor::readOrders);
        return id;
    }

    private void requireShard(String name) {
        if (shards.stream().noneMatch(shard -> shard.name().equals(name))) {
            throw new IllegalArgumentException("there is no shard '" + name + "'");
        }
    }

    @Override
    public DeadLetter edit(String target, long id, Map<String, @Nullable String> values) {
        Target of = targets(DeadLetterFilter.all().target(target)).get(0);
        return store(of)
                .edit(settings.pipeline(), target, id, values)
                .orElseThrow(
                        () -> new IllegalArgumentException("target '" + target + "' has no parked dead letter " + id));
    }

    @Override
    public long export(DeadLetterFilter filter, Appendable to) throws IOException {
        long count = 0;
        for (Target target : targets(filter)) {
            List<DeadLetter> page;
            long last = 0;
            do {
                page = store(target).list(settings.pipeline(), of(target, filter), last, PAGE);
                for (DeadLetter letter : page) {
                    to.append(LetterJson.line(letter)).append('\n');
                    last = letter.id();
                    count++;
                }
            } while (!page.isEmpty());
        }
        return count;
    }

    @Override
    public List<LetterOrder> orders() {
        return control.get().letterOrders(settings.pipeline());
    }

    @Override
    public boolean await(String order, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!hasEnded(order)) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            Thread.sleep(LOOK_AGAIN.toMillis());
        }
        return true;
    }

    private boolean hasEnded(String id) {
        List<LetterOrder> parts =
                orders().stream().filter(order -> order.id().equals(id)).toList();
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("there is no order '" + id + "' about dead letters");
        }
        return parts.stream().allMatch(order -> order.state().hasEnded());
    }

    private List<Target> targets(DeadLetterFilter filter) {
        List<Target> meant = settings.targets().stream()
                .filter(target -> filter.target().map(target.name()::equals).orElse(true))
                .toList();
        if (meant.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no target '" + filter.target().orElse("") + "'");
        }
        return meant;
    }

    /** The filter for one target, with the projection's name in full. */
    private static DeadLetterFilter of(Target target, DeadLetterFilter filter) {
        DeadLetterFilter one = filter.target(target.name());
        return filter.projection()
                .map(name -> one.projection(PipelineOperations.inFull(List.of(target), name)))
                .orElse(one);
    }

    private DeadLetterStore store(Target target) {
        return target.deadLetters().orElseGet(() -> settings.offsets().deadLetters());
    }
}
