package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whether a server's history still holds a boundary. A promotion or a restore begins a new timeline at a switch point; what
 * was read of the old one beyond that point does not exist on the new one.
 */
final class Timeline {
    private static final String REMEDY =
            "connect to the server that has the whole history, or load anew (docs/operations.md)";

    private final SourceConnection source;

    Timeline(SourceConnection source) {
        this.source = source;
    }

    /**
     * @param stored the timeline when the boundary was last known to be good; 0 if that is not known
     * @param current the timeline of the server
     */
    Optional<Finding> diverged(int stored, int current, long boundary) throws SQLException {
        if (stored == 0 || stored == current) {
            return Optional.empty();
        }
        if (Integer.compareUnsigned(current, stored) < 0) {
            return Optional.of(finding(
                    "the server is on timeline " + current + ", but the stored boundary " + Lsn.format(boundary)
                            + " is of timeline " + stored
                            + ": the source was restored or failed over to an older state",
                    boundary,
                    source.walLsn()));
        }
        OptionalLong end = switchPoint(stored, current);
        if (end.isEmpty()) {
            return Optional.of(finding(
                    "the server is on timeline " + current + ", which does not come from timeline " + stored
                            + " of the stored boundary " + Lsn.format(boundary),
                    boundary,
                    source.walLsn()));
        }
        if (Long.compareUnsigned(boundary, end.getAsLong()) > 0) {
            return Optional.of(finding(
                    "the server went over to timeline " + current + " and left timeline " + stored + " at "
                            + Lsn.format(end.getAsLong()) + ", before the stored boundary " + Lsn.format(boundary)
                            + ": what was applied after that does not exist on this server",
                    boundary,
                    end.getAsLong()));
        }
        return Optional.empty();
    }

    /** Where the server's history left a timeline; empty if it never was on it. */
    private OptionalLong switchPoint(int left, int current) throws SQLException {
        try (Connection replication = source.openReplication();
                Statement command = replication.createStatement();
                ResultSet file = command.executeQuery("TIMELINE_HISTORY " + Integer.toUnsignedString(current))) {
            file.next();
            return switchPoint(left, new String(file.getBytes(2), StandardCharsets.UTF_8));
        }
    }

    /** Reads a history file: lines of timeline, LSN and reason, and comments. */
    static OptionalLong switchPoint(int left, String history) {
        return history.lines()
                .map(line -> line.strip().split("\\s+", 3))
                .filter(fields -> fields.length >= 2 && fields[0].equals(Integer.toUnsignedString(left)))
                .mapToLong(fields -> Lsn.parse(fields[1]))
                .findFirst();
    }

    private Finding finding(String message, long boundary, long lsn) {
        return Finding.of(
                FindingKind.TIMELINE, source.shardName(), message, REMEDY, Lsn.format(boundary), Lsn.format(lsn));
    }
}
