package dev.cdcpipeline.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.RowOf;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.ValueType;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** A class path that has the library, but no Jackson. */
class WithoutJacksonTest {

    record Doc(String name) {}

    record OfDoc(Doc doc) {}

    record OfText(String doc) {}

    /** What is done there. */
    public static final class Probe implements Callable<Map<String, String>> {

        @Override
        public Map<String, String> call() {
            return Map.of(
                    "start",
                    message(() ->
                            SourceTable.of("docs", OfDoc.class).columns().get(0).accepts(ValueType.ofJson())),
                    "running",
                    message(() -> SourceTable.of("docs", OfDoc.class).map(RowOf.column("doc", "{}"))),
                    "text",
                    SourceTable.of("docs", OfText.class)
                            .map(RowOf.column("doc", "{}"))
                            .doc());
        }

        private static String message(Callable<?> action) {
            try {
                return "made " + action.call();
            } catch (Exception e) {
                return e.getClass().getSimpleName() + ": " + e.getMessage();
            }
        }
    }

    @Test
    void records_work_and_reading_json_says_what_to_add() throws Exception {
        URL[] classPath = Stream.of(SourceTable.class, Probe.class, NullMarked.class)
                .map(each -> each.getProtectionDomain().getCodeSource().getLocation())
                .toArray(URL[]::new);
        try (URLClassLoader loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            Class<?> probe = loader.loadClass(Probe.class.getName());
            Map<?, ?> said = (Map<?, ?>) ((Callable<?>) probe.getConstructor().newInstance()).call();

            assertThat(said.get("start").toString())
                    .startsWith("IllegalStateException")
                    .contains("'doc'", "jackson-databind");
            assertThat(said.get("running").toString()).contains("public.docs.doc", "jackson-databind", "or use String");
            assertThat(said.get("text")).isEqualTo("{}");
        }
    }
}
