package dev.cdcpipeline.internal.shape;

/**
 * Stands for a value that the source did not send, because the update left a large value alone that is stored out of line
 * (TOAST). Told by identity: no text that a user stores can be it.
 */
public final class UnchangedValue {
    @SuppressWarnings("StringOperationCanBeSimplified") // a string of its own is the point
    public static final String TEXT = new String("(unchanged)");

    private UnchangedValue() {}
}
