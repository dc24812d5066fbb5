package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.deadletter.LetterChange;
import dev.cdcpipeline.deadletter.LetterError;
import dev.cdcpipeline.deadletter.LetterKeys;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.target.FailureJudge;
import dev.cdcpipeline.target.ParkingListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parks each change that fails, at its first try, and writes down what it hears. */
final class ParkEverything implements FailureJudge, ParkingListener {
    final List<String> heard = new ArrayList<>();

    @Override
    public boolean isTransient(Throwable failure) {
        return failure instanceof TransientFailure;
    }

    @Override
    public void passed(String projection, int changes) {}

    @Override
    public List<NewLetter> judge(String projection, List<Change<Row>> changes, RuntimeException failure) {
        Set<String> keys = new HashSet<>();
        changes.forEach(change -> keys.addAll(LetterKeys.of(change)));
        return changes.stream()
                .map(change -> new NewLetter(
                        projection,
                        LetterChange.of(change),
                        keys,
                        1,
                        Optional.of(LetterError.of(failure)),
                        Instant.now(),
                        Optional.empty()))
                .toList();
    }

    @Override
    public void conclude() {}

    @Override
    public void stored(NewLetter letter) {
        heard.add("stored " + letter.change().operation());
    }

    @Override
    public void replayed(String projection, Operation operation) {
        heard.add("replayed " + operation);
    }

    @Override
    public void failedAgain(String projection, Operation operation) {
        heard.add("failed " + operation);
    }

    @Override
    public void discarded(String projection, Operation operation, String reason) {
        heard.add("discarded " + operation + ": " + reason);
    }

    @Override
    public void cut(String projection, long letters) {
        heard.add("cut " + letters);
    }
}
