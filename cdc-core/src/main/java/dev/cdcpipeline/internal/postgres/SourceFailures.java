package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.shard.PostgresShard;
import java.sql.SQLException;

/** What an SQL error of a source means and what to do about it. SQLSTATE codes: PostgreSQL documentation, appendix A. */
final class SourceFailures {

    private SourceFailures() {}

    static String describe(PostgresShard shard, SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        String where = shard.host() + ":" + shard.port() + "/" + shard.database();
        String what = switch (state) {
            case "28P01" ->
                "the server at " + where + " refused the password of user '" + shard.user() + "'; check password(...)";
            case "28000" ->
                "the server at " + where + " does not let user '" + shard.user()
                        + "' in; check user(...), pg_hba.conf and database.sslmode";
            case "3D000" ->
                "the server at " + shard.host() + ":" + shard.port() + " has no database '" + shard.database()
                        + "'; check database(...)";
            case "42501" ->
                "user '" + shard.user() + "' lacks a privilege at " + where + "; docs/operations.md lists the GRANTs";
            case "53300" -> "the server at " + where + " has no connection left; raise max_connections or free some";
            case "57P01", "57P02", "57P03" ->
                "the server at " + where + " is stopping or starting; try again when it runs, or see its log";
            case "08000", "08001", "08003", "08004", "08006" ->
                "the server at " + where + " cannot be reached; check host(...), port(...) and that it is running";
            default -> "the server at " + where + " reported an error";
        };
        return what + ": " + firstLine(e) + (state.isEmpty() ? "" : " (SQLSTATE " + state + ")");
    }

    private static String firstLine(SQLException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse(message);
    }
}
