package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.target.ParkingListener;
import java.util.ArrayList;
import java.util.List;

/** Writes down what becomes of changes that fail. */
final class HeardParking implements ParkingListener {
    final List<String> heard = new ArrayList<>();

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
