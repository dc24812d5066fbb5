package dev.cdcpipeline.internal.bridge;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.TableLoad;
import io.debezium.config.CommonConnectorConfig;
import io.debezium.pipeline.notification.Notification;
import io.debezium.pipeline.notification.channels.NotificationChannel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hears how the load of each table ended. Only TABLE_SCAN_COMPLETED counts: COMPLETED is sent even when tables were skipped.
 * Found by Debezium through the service loader, and loaded for every Debezium in the process: without our token it is mute.
 */
public final class LoadResults implements NotificationChannel {
    /** For {@code notification.enabled.channels}. */
    public static final String NAME = "cdc-pipeline";

    private @Nullable EngineHandoff run;

    @Override
    @SuppressWarnings("deprecation") // getConfig is the only way to a property of ours, in 3.6 and in 3.7
    public void init(CommonConnectorConfig config) {
        run = EngineHandoff.find(config.getConfig().getString(EngineHandoff.TOKEN_PROPERTY));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void send(Notification notification) {
        Map<String, String> data = notification.getAdditionalData();
        if (run == null
                || data == null
                || !"Incremental Snapshot".equals(notification.getAggregateType())
                || !"TABLE_SCAN_COMPLETED".equals(notification.getType())) {
            return;
        }
        String table = data.get("scanned_collection");
        if (table != null) {
            run.tableLoaded(notification.getId(), TableName.parse(table), result(data.get("status")));
        }
    }

    private static TableLoad result(@Nullable String status) {
        if ("SUCCEEDED".equals(status)) {
            return TableLoad.SUCCEEDED;
        }
        return "EMPTY".equals(status) ? TableLoad.EMPTY : TableLoad.FAILED;
    }

    @Override
    public void close() {}
}
