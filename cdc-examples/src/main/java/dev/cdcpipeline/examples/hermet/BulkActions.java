package dev.cdcpipeline.examples.hermet;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.postgresql.PGConnection;

/** Transactions of a thousand rows, as jobs make them. */
final class BulkActions {
    private static final int ROWS = 1000;

    static final List<ChatAction> ALL = List.of(
            new ChatAction("1,000 users imported", 1, BulkActions::importUsers),
            new ChatAction("1,000 users paid", 1, BulkActions::payUsers),
            new ChatAction("imported users removed", 1, BulkActions::removeImported),
            new ChatAction("1,000 remarks tidied", 1, BulkActions::tidyRemarks));

    private BulkActions() {}

    private static void importUsers(Handle chat, Dice dice) {
        String rows = IntStream.range(0, ROWS)
                .mapToObj(i -> "imported " + dice.nickname() + "\taway\n")
                .collect(Collectors.joining());
        try {
            chat.getConnection()
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy biz_user (nickname, status) from stdin", new StringReader(rows));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException("COPY failed", e);
        }
    }

    private static void payUsers(Handle chat, Dice dice) {
        long from = dice.ownUser();
        chat.execute("""
                update biz_user set credit = credit + 1
                where id in (select id from biz_user where id >= ? order by id limit ? for update)""", from, ROWS);
    }

    private static void removeImported(Handle chat, Dice dice) {
        chat.execute("""
                delete from biz_user
                where id in (select id from biz_user where nickname like 'imported %' order by id limit ? for update)""", ROWS);
    }

    private static void tidyRemarks(Handle chat, Dice dice) {
        long from = dice.ownUser();
        chat.execute("""
                update friendship f set remark = trim(both from f.remark) || '.'
                from (select user_id, friend_id from friendship where user_id >= ?
                      order by user_id, friend_id limit ? for update) t
                where f.user_id = t.user_id and f.friend_id = t.friend_id""", from, ROWS);
    }
}
