package dev.cdcpipeline.change;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something does not fit a component; {@link ComponentConversion}, which knows where, says so to the outside. */
final class Misfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean type;

    private Misfit(String message, @Nullable Throwable cause, boolean type) {
        super(message, cause);
        this.type = type;
    }

    /** No value of this class fits. */
    static Misfit ofType(String message, @Nullable Throwable cause) {
        return new Misfit(message, cause, true);
    }

    /** No value of this one's class fits. */
    static Misfit ofClassOf(Object value, String target) {
        String given =
                value instanceof Row ? "a composite value" : value.getClass().getSimpleName();
        return ofType((value instanceof List ? "an array" : given) + " does not fit " + target, null);
    }

    /** Others of its class may fit. */
    static Misfit ofValue(String message) {
        return new Misfit(message, null, false);
    }

    /** A converter failed: where, but not what it says, because that may tell the value. */
    static Misfit ofConverter(ColumnConverter<?> converter, RuntimeException failure) {
        RuntimeException silent = new RuntimeException(failure.getClass().getName() + ", its message left out");
        silent.setStackTrace(failure.getStackTrace());
        return new Misfit(
                "its converter to " + converter.type().getName() + " failed with "
                        + failure.getClass().getName(),
                silent,
                false);
    }

    boolean isOfType() {
        return type;
    }
}
