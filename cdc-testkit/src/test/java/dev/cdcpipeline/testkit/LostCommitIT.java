package dev.cdcpipeline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class LostCommitIT {
    private static final int ROWS = 20;

    private final PostgresSource postgres = PostgresSource.shared();

    @Test
    void a_commit_whose_answer_is_lost_is_done_although_the_client_sees_an_error() throws SQLException {
        try (TestDatabase database = postgres.freshDatabase("lost_commit");
                TcpProxy network = TcpProxy.to(postgres.host(), postgres.port())) {
            database.execute("create table t (id int)");
            network.loseCommits(2);

            for (int id = 1; id <= ROWS; id++) {
                try (Connection connection = connect(network, database);
                        Statement statement = connection.createStatement()) {
                    connection.setAutoCommit(false);
                    statement.execute("insert into t values (" + id + ")");
                    if (id % 2 == 0) {
                        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
                    } else {
                        connection.commit();
                    }
                }
            }

            assertThat(network.lostCommits()).isEqualTo(ROWS / 2);
            assertThat(database.queryLong("select count(*) from t")).isEqualTo(ROWS);
            network.loseCommits(0);
            try (Connection connection = connect(network, database)) {
                connection.setAutoCommit(false);
                connection.createStatement().execute("insert into t values (0)");
                connection.commit();
            }
        }
    }

    private Connection connect(TcpProxy network, TestDatabase database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + network.host() + ":" + network.port() + "/" + database.name(),
                postgres.username(),
                postgres.password());
    }
}
