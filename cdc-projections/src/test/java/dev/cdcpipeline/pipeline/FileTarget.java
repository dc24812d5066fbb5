package dev.cdcpipeline.pipeline;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.LoadKind;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.LoadStep;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.target.TargetContext;
import dev.cdcpipeline.target.TargetSession;
import dev.cdcpipeline.testkit.CrashPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A target that is no database and knows nothing of dead letters: one file for each shard holds the rows of {@code a} with the
 * offset, and is replaced as a whole. It refuses the value {@code bad} until it is mended. Where somebody has removed the file or
 * put an older one in its place, it is loaded again; rows are gone as soon as that begins.
 */
final class FileTarget implements Target {
    /** At the begin and at the end of each write. */
    static final String STEP = "file-step";

    private static final String ROW = "row.";

    private final Path directory;
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger lossesWhenOpened = new AtomicInteger();

    private volatile Runnable listener = () -> {};

    FileTarget(Path directory) {
        this.directory = directory;
    }

    @Override
    public String name() {
        return "files";
    }

    @Override
    public Collection<SourceTable<?>> tables() {
        return List.of(Item.A);
    }

    @Override
    public boolean repairsItself() {
        return true;
    }

    /** Rows that loads have brought since this was asked for the last time. */
    int takeReads() {
        return reads.getAndSet(0);
    }

    /** From now on every value is welcome, in all processes. */
    void mend() throws IOException {
        Files.createFile(directory.resolve("mended"));
    }

    /** Runs this at every step, too. */
    void atEachStep(Runnable runnable) {
        listener = runnable;
    }

    /** The file is gone. */
    synchronized void lose(String shard) throws IOException {
        Files.delete(file(shard));
    }

    /** The file is gone as soon as a session is opened, so many times. */
    void loseWhenOpened(int times) {
        lossesWhenOpened.set(times);
    }

    /** Keeps the file as it is now. */
    synchronized void keep(String shard) throws IOException {
        Files.copy(file(shard), directory.resolve(shard + ".kept"));
    }

    /** Puts what was kept in the place of the file. */
    synchronized void putBack(String shard) throws IOException {
        Files.move(directory.resolve(shard + ".kept"), file(shard), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Each row as {@code id val n}. */
    List<String> rows(String shard) {
        Map<Long, String> rows = new TreeMap<>();
        Properties state = read(shard);
        state.stringPropertyNames().stream()
                .filter(name -> name.startsWith(ROW))
                .forEach(name -> rows.put(Long.valueOf(name.substring(ROW.length())), state.getProperty(name)));
        return List.copyOf(rows.values());
    }

    Position position(String shard) {
        return offset(read(shard)).orElseThrow().position();
    }

    @Override
    public TargetSession open(TargetContext context) {
        FileSession session = new FileSession(context.shard(), context.epoch());
        session.claim();
        if (lossesWhenOpened.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            loseNow(context.shard().name());
        }
        return session;
    }

    private void loseNow(String shard) {
        try {
            lose(shard);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void forget(String pipeline, ShardId shard, Epoch epoch) {
        Properties state = new FileSession(shard, epoch).claim();
        List.of("boundary", "position", "load").forEach(state::remove);
        write(shard.name(), state);
    }

    private void step() {
        CrashPoint.reached(STEP);
        listener.run();
    }

    Path file(String shard) {
        return directory.resolve(shard + ".properties");
    }

    private Properties read(String shard) {
        Properties state = new Properties();
        try (var in = Files.newInputStream(file(shard))) {
            state.load(in);
        } catch (NoSuchFileException e) {
            return new Properties();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return state;
    }

    private void write(String shard, Properties state) {
        Path next = directory.resolve(shard + ".next");
        try {
            try (var out = Files.newOutputStream(next)) {
                state.store(out, null);
            }
            sync(next, StandardOpenOption.WRITE);
            Files.move(next, file(shard), StandardCopyOption.ATOMIC_MOVE);
            sync(directory, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sync(Path path, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }

    private static Optional<Offset> offset(Properties state) {
        return Optional.ofNullable(state.getProperty("boundary"))
                .map(boundary -> new Offset(
                        boundary,
                        Position.parse(state.getProperty("position")),
                        LoadState.parse(state.getProperty("load"))));
    }

    private void apply(Properties state, Change<Row> change) {
        if (change.operation() == Operation.TRUNCATE) {
            removeRows(state);
            return;
        }
        if (change.operation() == Operation.READ) {
            reads.incrementAndGet();
        }
        String name = ROW + Objects.requireNonNull(change.key()).text("id");
        Row row = change.after();
        if (row == null) {
            state.remove(name);
            return;
        }
        if ("bad".equals(row.text("val")) && Files.notExists(directory.resolve("mended"))) {
            throw new IllegalArgumentException("this value is refused");
        }
        state.setProperty(name, row.text("id") + " " + row.text("val") + " " + row.text("n"));
    }

    private static void removeRows(Properties state) {
        state.keySet().removeIf(name -> ((String) name).startsWith(ROW));
    }

    /** The tests have one process at a time, and one session in it; the epoch refuses what is left of an older one. */
    private final class FileSession implements TargetSession {
        private final String shard;
        private final long epoch;
        private final String id = UUID.randomUUID().toString();
        private @Nullable Offset known;
        private long written;

        FileSession(ShardId shard, Epoch epoch) {
            this.shard = shard.name();
            this.epoch = epoch.value();
        }

        Properties claim() {
            Properties state = read(shard);
            refuse(Long.parseLong(state.getProperty("epoch", "0")) > epoch);
            state.setProperty("epoch", Long.toString(epoch));
            state.setProperty("session", id);
            save(state);
            known = FileTarget.offset(state).orElse(null);
            return state;
        }

        private Properties owned() {
            Properties state = read(shard);
            long owner = Long.parseLong(state.getProperty("epoch", "0"));
            refuse(owner > epoch);
            if (!id.equals(state.getProperty("session")) || writes(state) < written) {
                throw new OffsetLostException("[" + shard + "] target 'files' was written " + written
                        + " times, and its file knows of " + writes(state));
            }
            return state;
        }

        private void refuse(boolean isOfAnother) {
            if (isOfAnother) {
                throw new FencedException("[" + shard + "] the file belongs to another epoch than " + epoch);
            }
        }

        @Override
        public Optional<Offset> offset() {
            return Optional.ofNullable(known);
        }

        @Override
        public void apply(ChangeBatch batch, Offset upTo) {
            step();
            synchronized (FileTarget.this) {
                write(batch, upTo);
            }
            step();
        }

        private void write(ChangeBatch batch, Offset upTo) {
            Properties state = owned();
            if (LoadStep.of(offset(), upTo).begins(Item.A.name(), name()).equals(Optional.of(LoadKind.REPLACE))) {
                removeRows(state);
            }
            batch.changes().forEach(change -> FileTarget.this.apply(state, change));
            state.setProperty("boundary", upTo.boundary());
            state.setProperty("position", upTo.position().toString());
            state.setProperty("load", upTo.load().toText());
            save(state);
            known = upTo;
        }

        /** Counts, because rows that a load brings do not move the position. */
        private void save(Properties state) {
            long next = writes(state) + 1;
            state.setProperty("writes", Long.toString(next));
            FileTarget.this.write(shard, state);
            written = next;
        }

        private static long writes(Properties state) {
            return Long.parseLong(state.getProperty("writes", "0"));
        }

        @Override
        public void recover() {
            Properties state = owned();
            written = writes(state);
            known = FileTarget.offset(state).orElse(null);
        }

        @Override
        public void abort() {}

        @Override
        public void close() {}
    }
}
