package dev.cdcpipeline.examples.hermet;

import dev.cdcpipeline.CdcPipeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A file by which one process asks the other to end as soon as it has applied each shard up to an LSN. */
record EndRequest(Path file) {
    static final Duration MOST_WAIT = Duration.ofMinutes(2);

    /** Asks, at one stroke, so that the other process never reads half of it. */
    void make(Map<String, String> lsnByShard) {
        String text = lsnByShard.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining("\n"));
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.move(Files.writeString(fresh, text), file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    boolean isThere() {
        return Files.exists(file);
    }

    /** Waits until the pipeline has applied what is asked for. */
    void awaitApplied(CdcPipeline pipeline) throws InterruptedException {
        for (String line : lines()) {
            String[] shardAndLsn = line.split(" ");
            if (!pipeline.awaitLoaded(MOST_WAIT) || !pipeline.awaitApplied(shardAndLsn[0], shardAndLsn[1], MOST_WAIT)) {
                throw new IllegalStateException(
                        line + " was not applied within " + MOST_WAIT + ": " + pipeline.status());
            }
            System.out.println("applied " + shardAndLsn[0] + " up to " + shardAndLsn[1] + ", where its traffic ended");
        }
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
