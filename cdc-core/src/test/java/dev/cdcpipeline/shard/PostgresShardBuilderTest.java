package dev.cdcpipeline.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresShardBuilderTest {

    private static PostgresShardBuilder complete() {
        return PostgresShard.named("db0").host("h").database("d").user("u").password("");
    }

    @Test
    void all_that_is_missing_is_named_at_once() {
        assertThatThrownBy(() -> PostgresShard.named("db0").build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("shard 'db0' lacks host, database, user, password");
        assertThatThrownBy(() -> PostgresShard.named("db0")
                        .host("h")
                        .user("u")
                        .password("p")
                        .build())
                .hasMessage("shard 'db0' lacks database");
    }

    @Test
    void the_defaults_are_those_that_are_documented() {
        PostgresShard shard = complete().build();

        assertThat(shard.port()).isEqualTo(5432);
        assertThat(shard.heartbeat()).isEqualTo(Duration.ofSeconds(1));
        assertThat(shard.firstLoad()).isEqualTo(FirstLoad.INCREMENTAL);
        assertThat(shard.slot()).isEmpty();
        assertThat(shard.publication()).isEmpty();
        assertThat(shard.connector()).isEmpty();
    }

    @Test
    void a_shard_that_was_built_does_not_change_with_its_builder() {
        PostgresShardBuilder builder = complete().connector("poll.interval.ms", "5");
        PostgresShard shard = builder.build();

        builder.host("other").connector("poll.interval.ms", "6");

        assertThat(shard.host()).isEqualTo("h");
        assertThat(shard.connector()).containsEntry("poll.interval.ms", "5");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65_536})
    void a_port_out_of_range_is_refused(int port) {
        assertThatThrownBy(() -> complete().port(port))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("1 to 65535", String.valueOf(port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Slot", "a-b", "a b", "ä"})
    void a_slot_name_that_postgresql_would_refuse_is_refused(String slot) {
        assertThatThrownBy(() -> complete().slot(slot)).hasMessageContaining("'" + slot + "'");
        assertThatThrownBy(() -> complete().slot("a".repeat(64))).isInstanceOf(IllegalArgumentException.class);
        assertThat(complete().slot("a".repeat(63)).build().slot()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Db", "0db", "a-b", "a.b", "aaaaaaaaaabbbbbbbbbbccccccccccd"})
    void a_name_that_would_not_fit_into_a_slot_name_is_refused(String name) {
        assertThatThrownBy(() -> PostgresShard.named(name)).hasMessageContaining("'" + name + "'");
    }

    @Test
    void a_heartbeat_out_of_range_is_refused() {
        for (Duration wrong :
                new Duration[] {Duration.ZERO, Duration.ofNanos(999_999), Duration.ofSeconds(61), Duration.ofMillis(-1)
                }) {
            assertThatThrownBy(() -> complete().heartbeat(wrong)).hasMessageContaining(wrong.toString());
        }
        assertThat(complete().heartbeat(Duration.ofMinutes(1)).build().heartbeat())
                .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void blank_is_as_good_as_missing() {
        assertThatThrownBy(() -> complete().host(" ")).hasMessage("host must not be blank");
        assertThatThrownBy(() -> complete().database("")).hasMessage("database must not be blank");
        assertThatThrownBy(() -> complete().user("")).hasMessage("user must not be blank");
    }

    @Test
    void settings_of_the_pipeline_are_refused_with_the_reason_and_others_taken() {
        assertThatThrownBy(() -> complete().connector("slot.name", "x"))
                .hasMessage("connector setting 'slot.name' is not yours to set: set it with slot(...)");
        assertThatThrownBy(() -> complete().connector("offset.storage.file.filename", "x"))
                .hasMessageContaining("offsets are kept by the targets");
        assertThat(complete().connector("database.sslmode", "require").build().connector())
                .containsEntry("database.sslmode", "require");
    }

    @Test
    void the_password_is_in_no_text() {
        PostgresShardBuilder builder = complete().password("s3cret");

        assertThat(builder.build().toString()).doesNotContain("s3cret").isEqualTo("PostgresShard[db0 u@h:5432/d]");
        assertThat(builder.toString()).doesNotContain("s3cret");
    }
}
