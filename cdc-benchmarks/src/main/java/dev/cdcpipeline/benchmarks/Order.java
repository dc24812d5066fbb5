package dev.cdcpipeline.benchmarks;

import dev.cdcpipeline.change.SourceTable;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/** A row of the table that is captured: eleven columns, about 260 bytes on the wire. */
public record Order(
        long id,
        int customerId,
        int itemCount,
        String status,
        BigDecimal total,
        String note,
        Instant createdAt,
        Instant updatedAt,
        String attributes,
        UUID reference,
        String address) {

    static final SourceTable<Order> TABLE = SourceTable.of("public.orders", Order.class);
}
