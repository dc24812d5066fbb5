package dev.cdcpipeline.internal.engine;

import java.lang.management.ManagementFactory;
import java.util.OptionalDouble;
import javax.management.AttributeList;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/**
 * How full the queue between Debezium's reader and our handler is. Debezium shows it nowhere but in the MBean of its streaming
 * metrics; its counts of events stand still there, its view of the queue does not.
 */
final class QueueGauge {
    private static final String[] ATTRIBUTES = {
        "QueueTotalCapacity", "QueueRemainingCapacity", "MaxQueueSizeInBytes", "CurrentQueueSizeInBytes"
    };

    private final ObjectName streaming;

    /** @param topicPrefix of the engine, by which its MBeans are named */
    QueueGauge(String topicPrefix) {
        try {
            streaming =
                    new ObjectName("debezium.postgres:type=connector-metrics,context=streaming,server=" + topicPrefix);
        } catch (MalformedObjectNameException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** From 0 to 1, by number or by bytes, whichever is more; empty while the engine does not stream. */
    OptionalDouble fill() {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        if (!server.isRegistered(streaming)) {
            return OptionalDouble.empty();
        }
        try {
            AttributeList values = server.getAttributes(streaming, ATTRIBUTES);
            if (values.size() != ATTRIBUTES.length) {
                return OptionalDouble.empty();
            }
            double capacity = number(values, 0);
            double byNumber = share(capacity - number(values, 1), capacity);
            return OptionalDouble.of(Math.max(byNumber, share(number(values, 3), number(values, 2))));
        } catch (JMException e) {
            return OptionalDouble.empty(); // it has just ended
        }
    }

    private static double number(AttributeList values, int index) {
        return ((Number) values.asList().get(index).getValue()).doubleValue();
    }

    private static double share(double used, double capacity) {
        return capacity <= 0 ? 0 : Math.max(0, Math.min(1, used / capacity));
    }
}
