package dev.cdcpipeline.change;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON documents into components of a record. With Jackson on the class path ({@code jackson-databind}) there is one;
 * another, for example with an object mapper of your own, takes its place as a service ({@link java.util.ServiceLoader}).
 *
 * <p>Called by the threads of all shards at once.
 */
public interface JsonReader {

    /**
     * @param json a whole document
     * @param type what to make, with its type arguments
     * @return null for the document {@code null}, unless the type has a value for it
     * @throws IllegalArgumentException if the document does not fit the type; the message is shown to people and logged, so it
     *     must not tell the document
     */
    @Nullable
    Object read(String json, Type type);

    /** Whether the class stands for any document, as a tree of nodes. */
    boolean isTree(Class<?> type);
}
