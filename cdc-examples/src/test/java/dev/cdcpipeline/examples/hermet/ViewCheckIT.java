package dev.cdcpipeline.examples.hermet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mistakes of a read model, planted one by one. */
class ViewCheckIT {
    private static final String CONTACTS = """
            insert into contact_view
            select f.user_id, f.friend_id, f.remark, f.labels, f.closeness, u.nickname, u.avatar_url, u.status, u.verified
            from (values (1, 2, 'old friend', array['a', null], 0.5::float8), (2, 1, null, null, 0.5)) f
                     (user_id, friend_id, remark, labels, closeness)
            cross join (values ('Ada', 'x', 'online', false)) u (nickname, avatar_url, status, verified)""";

    private TestDatabase sources;
    private TestDatabase readModel;

    @BeforeEach
    void create() {
        sources = PostgresSource.shared().freshDatabase("sources");
        sources.execute(
                Databases.resource("chat.sql").replace("{first}", "1"),
                "insert into biz_user (id, nickname, avatar_url, status) values (1, 'Ada', 'x', 'online'), (2, 'Ada', 'x', 'online')",
                "insert into friendship (user_id, friend_id, remark, labels) values (1, 2, 'old friend', array['a', null]), (2, 1, null, null)");
        readModel = PostgresSource.shared().freshDatabase("read_model");
        readModel.execute(Databases.resource("read-model.sql"), CONTACTS);
    }

    @AfterEach
    void drop() {
        sources.close();
        readModel.close();
    }

    @Test
    void finds_nothing_when_all_is_right() throws SQLException {
        ViewCheck.Result result = check();
        assertThat(result.differences()).isZero();
        assertThat(result.expected()).isEqualTo(2);
        assertThat(result.actual()).isEqualTo(2);
    }

    @Test
    void finds_a_column_that_differs() throws SQLException {
        readModel.execute("update contact_view set friend_nickname = 'Bo' where user_id = 2");
        assertThat(check().differences()).isEqualTo(1);
    }

    @Test
    void tells_null_from_an_empty_text() throws SQLException {
        readModel.execute("update contact_view set remark = '' where user_id = 2");
        assertThat(check().differences()).isEqualTo(1);
    }

    @Test
    void finds_a_row_that_is_missing() throws SQLException {
        readModel.execute("delete from contact_view where user_id = 1");
        assertThat(check().differences()).isEqualTo(1);
    }

    @Test
    void finds_a_row_too_many() throws SQLException {
        readModel.execute("insert into contact_view (user_id, friend_id) values (1, 1), (3, 1)");
        assertThat(check().differences()).isEqualTo(2);
        assertThat(check().examples()).anyMatch(example -> example.contains("no such row"));
    }

    private ViewCheck.Result check() throws SQLException {
        return ViewCheck.compare(View.CONTACTS, sources.dataSource(), readModel.dataSource());
    }
}
