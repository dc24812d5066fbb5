package dev.cdcpipeline.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** One prepared, auto-committed statement for each event. */
final class NaiveUpsert {
    private record Column(String name, String type) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("id", "bigint"),
            new Column("customer_id", "int"),
            new Column("item_count", "int"),
            new Column("status", "order_status"),
            new Column("total", "numeric"),
            new Column("note", "text"),
            new Column("created_at", "timestamptz"),
            new Column("updated_at", "timestamptz"),
            new Column("attributes", "jsonb"),
            new Column("reference", "uuid"),
            new Column("address", "text"));

    private final PreparedStatement upsert;
    private final PreparedStatement delete;

    NaiveUpsert(Connection target) throws SQLException {
        upsert = target.prepareStatement("insert into orders values ("
                + COLUMNS.stream().map(column -> "?::" + column.type()).collect(Collectors.joining(", "))
                + ") on conflict (id) do update set "
                + COLUMNS.stream()
                        .skip(1)
                        .map(column -> column.name() + " = excluded." + column.name())
                        .collect(Collectors.joining(", ")));
        delete = target.prepareStatement("delete from orders where id = ?");
    }

    /** Writes one change of a row. */
    void apply(SourceRecord event) {
        try {
            Struct after = ((Struct) event.value()).getStruct("after");
            if (after == null) {
                delete.setLong(1, ((Struct) event.key()).getInt64("id"));
                delete.executeUpdate();
                return;
            }
            for (int i = 0; i < COLUMNS.size(); i++) {
                upsert.setObject(i + 1, after.get(COLUMNS.get(i).name()));
            }
            upsert.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
