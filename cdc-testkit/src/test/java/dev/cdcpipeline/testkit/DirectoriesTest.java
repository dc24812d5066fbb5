package dev.cdcpipeline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DirectoriesTest {
    @Test
    void data_that_need_not_be_on_a_disk_have_a_directory_wherever_there_is_room() {
        Path first = Directories.temporaryInMemory("data-");
        Path second = Directories.temporaryInMemory("data-");
        try {
            assertThat(first).isEmptyDirectory().isNotEqualTo(second);
        } finally {
            Directories.delete(first);
            Directories.delete(second);
        }
        assertThat(first).doesNotExist();
    }

    @Test
    void data_that_must_outlive_the_machine_are_not_in_memory() {
        PostgresFiles files = new PostgresFiles(null, true);
        try {
            assertThat(files.data()).startsWithRaw(Directories.root());
        } finally {
            files.delete();
        }
    }
}
