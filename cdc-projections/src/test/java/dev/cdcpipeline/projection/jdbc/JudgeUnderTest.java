package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.deadletter.LetterChange;
import dev.cdcpipeline.deadletter.LetterError;
import dev.cdcpipeline.deadletter.LetterKeys;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.failure.FailureKind;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.target.FailureJudge;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Has every change that fails parked, or discarded, and keeps what it hears. */
final class JudgeUnderTest implements FailureJudge {
    final List<String> judged = new ArrayList<>();
    final List<RuntimeException> failures = new ArrayList<>();
    final Map<String, Integer> passed = new TreeMap<>();
    private int attempts = 3;
    private Optional<String> discarded = Optional.empty();
    private @Nullable RuntimeException conclusion;

    JudgeUnderTest attempts(int number) {
        attempts = number;
        return this;
    }

    JudgeUnderTest discarding(String reason) {
        discarded = Optional.of(reason);
        return this;
    }

    JudgeUnderTest concluding(RuntimeException failure) {
        conclusion = failure;
        return this;
    }

    @Override
    public boolean isTransient(Throwable failure) {
        return FailureTable.standard().kindOf(failure) == FailureKind.TRANSIENT;
    }

    @Override
    public void passed(String projection, int changes) {
        passed.merge(projection, changes, Integer::sum);
    }

    @Override
    public List<NewLetter> judge(String projection, List<Change<Row>> changes, RuntimeException failure) {
        changes.forEach(change -> judged.add(projection + " " + change.operation() + " " + keyOf(change)));
        failures.add(failure);
        Set<String> keys = new HashSet<>(); // of both halves of an update of a key, as the pipeline's judge has it
        changes.forEach(change -> keys.addAll(LetterKeys.of(change)));
        return changes.stream()
                .map(change -> new NewLetter(
                        projection,
                        LetterChange.of(change),
                        keys,
                        attempts,
                        Optional.of(LetterError.of(failure)),
                        Instant.EPOCH,
                        discarded))
                .toList();
    }

    private static String keyOf(Change<Row> change) {
        Row key = change.key();
        return key == null ? "-" : String.valueOf(key.text(0));
    }

    @Override
    public void conclude() {
        if (conclusion != null) {
            throw conclusion;
        }
    }
}
