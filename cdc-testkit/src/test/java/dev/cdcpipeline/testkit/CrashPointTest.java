package dev.cdcpipeline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CrashPointTest {

    @Test
    void does_nothing_unless_armed() {
        CrashPoint.reached("nobody-armed-this");
    }

    @Test
    void counts_from_one_by_default() {
        assertThat(CrashPoint.parse("after-write, before-commit:3"))
                .hasEntrySatisfying("after-write", left -> assertThat(left).hasValue(1))
                .hasEntrySatisfying("before-commit", left -> assertThat(left).hasValue(3));
        assertThat(CrashPoint.parse("")).isEmpty();
    }

    @Test
    void rejects_what_is_no_name_or_no_count() {
        assertThatThrownBy(() -> CrashPoint.parse("after write"))
                .hasMessageContaining("cdc.crash.points='after write'")
                .hasMessageContaining("name[:n]");
        assertThatThrownBy(() -> CrashPoint.parse("a:x")).hasMessageContaining("a:x");
        assertThatThrownBy(() -> CrashPoint.parse("a:0")).hasMessageContaining("a:0");
    }
}
