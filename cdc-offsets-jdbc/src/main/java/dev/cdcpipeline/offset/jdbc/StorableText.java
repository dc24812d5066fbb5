package dev.cdcpipeline.offset.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Makes texts such that a database can hold them. PostgreSQL's texts have no character 0, and one with another encoding than UTF-8
 * lacks characters: a change may fail for just that, and must be kept nevertheless.
 *
 * @param hasAll whether the database has every character
 */
record StorableText(boolean hasAll) {
    private static final int ASCII = 0x80;

    static StorableText in(Connection connection) throws SQLException {
        return new StorableText(HomeDatabase.rows(connection, "show server_encoding", row -> row.getString(1))
                .contains("UTF8"));
    }

    /** A JSON document, with the same meaning. */
    String json(String document) {
        if (hasAll) {
            return document;
        }
        StringBuilder escaped = new StringBuilder();
        document.chars().forEach(each -> {
            if (each < ASCII) {
                escaped.append((char) each);
            } else {
                escaped.append(String.format("\\u%04x", each));
            }
        });
        return escaped.toString();
    }

    /** A text for people: what cannot be held is replaced. */
    String text(String text) {
        String known = text.replace('\u0000', ' ');
        return hasAll ? known : known.replaceAll("[^\\x00-\\x7f]", "?");
    }
}
