package dev.cdcpipeline.examples.orders;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Optional;
import javax.sql.DataSource;

/** The orders in PostgreSQL: what the service had before there was a cache. */
record OrderTable(DataSource shop) {

    Optional<Order> find(long id) {
        try (Connection connection = shop.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select customer, status, total, updated_at from orders where id = ?")) {
            select.setLong(1, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Order(
                                id,
                                row.getString(1),
                                row.getString(2),
                                row.getBigDecimal(3),
                                row.getObject(4, OffsetDateTime.class).toInstant()))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the shop's database does not answer", e);
        }
    }

    /** @return whether there is such an order */
    boolean changeStatus(long id, String status) {
        return execute("update orders set status = ?, updated_at = now() where id = ?", status, id) == 1;
    }

    /** @return whether there was such an order */
    boolean delete(long id) {
        return execute("delete from orders where id = ?", id) == 1;
    }

    private int execute(String sql, Object... parameters) {
        try (Connection connection = shop.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("the shop's database does not answer", e);
        }
    }
}
