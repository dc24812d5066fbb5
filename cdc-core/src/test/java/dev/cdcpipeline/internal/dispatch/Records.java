package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.RowOf;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.dispatch.StreamEvent.Kind;
import org.jspecify.annotations.Nullable;

/** Records of a stream, as the decoder gives them. Commit times are the base in microseconds. */
public final class Records {
    public static final TableName ORDERS = TableName.parse("public.orders");

    private Records() {}

    static StreamEvent begin(long base, long transaction) {
        return mark(Kind.BEGIN, base, transaction);
    }

    /** @param base the end of the transaction itself */
    static StreamEvent end(long base, long transaction) {
        return mark(Kind.END, base, transaction);
    }

    static StreamEvent heartbeat(long base, long transaction) {
        return mark(Kind.HEARTBEAT, base, transaction);
    }

    static StreamEvent row(long base, long transaction, long lsn, String id) {
        return event(
                Kind.ROW, base, transaction, null, change(ORDERS, Operation.CREATE, transaction, lsn, id, id, 100));
    }

    static StreamEvent row(long base, long transaction, long lsn, String id, int bytes) {
        return event(
                Kind.ROW, base, transaction, null, change(ORDERS, Operation.CREATE, transaction, lsn, id, id, bytes));
    }

    static StreamEvent read(long base, long transaction, String id) {
        return event(Kind.READ, base, transaction, null, change(ORDERS, Operation.READ, transaction, 0, id, id, 100));
    }

    /** The same record, while a load stands at this place. */
    static StreamEvent loading(StreamEvent event, @Nullable LoadMark mark) {
        return event(event.kind(), event.base(), event.transactionId(), mark, event.change());
    }

    public static StreamEvent event(
            Kind kind, long base, long transaction, @Nullable LoadMark mark, @Nullable RowChange change) {
        return new StreamEvent(kind, base, transaction, base, mark, change);
    }

    /** A change whose key is {@code id} and whose row is {@code value}; without a value it is a delete's. */
    public static RowChange change(
            TableName table,
            Operation operation,
            long transaction,
            long lsn,
            String id,
            @Nullable String value,
            int bytes) {
        return new RowChange(
                operation,
                table,
                RowOf.column("id", id),
                null,
                null,
                value == null ? null : RowOf.column("value", value),
                new RowChange.Origin("db0", lsn, transaction, 0),
                bytes);
    }

    private static StreamEvent mark(Kind kind, long base, long transaction) {
        return event(kind, base, transaction, null, null);
    }
}
