package dev.cdcpipeline.internal.bridge;

import io.debezium.config.CommonConnectorConfig;
import io.debezium.pipeline.ChangeEventSourceCoordinator;
import io.debezium.pipeline.EventDispatcher;
import io.debezium.pipeline.signal.actions.SignalAction;
import io.debezium.pipeline.signal.actions.SignalActionProvider;
import io.debezium.pipeline.source.spi.DataChangeEventListener;
import io.debezium.pipeline.spi.Partition;
import io.debezium.spi.schema.DataCollectionId;
import java.util.Map;

/**
 * Takes Debezium's own metrics out of the stream. For each change they render its key and position as text, for a JMX attribute
 * that shows the last event: almost half of the CPU of the whole engine, and key values in JMX. What {@code status()} and the
 * listener tell is counted elsewhere; Debezium's streaming MBean stands still.
 *
 * <p>It brings no signal. Asking for signals is the one moment at which Debezium shows a stranger the dispatcher: on the thread
 * that streams, after the metrics are attached and before the first change, again at every restart inside the engine. Found
 * through the service loader, and loaded for every Debezium in the process: without our token it leaves things as they are.
 */
public final class QuietStreaming implements SignalActionProvider {

    @Override
    @SuppressWarnings("deprecation") // getConfig is the only way to a property of ours, in 3.6 and in 3.7
    public <P extends Partition> Map<String, SignalAction<P>> createActions(
            EventDispatcher<P, ? extends DataCollectionId> dispatcher,
            ChangeEventSourceCoordinator<P, ?> coordinator,
            CommonConnectorConfig config) {
        if (EngineHandoff.find(config.getConfig().getString(EngineHandoff.TOKEN_PROPERTY)) != null) {
            dispatcher.setEventListener(DataChangeEventListener.NO_OP());
        }
        return Map.of();
    }
}
