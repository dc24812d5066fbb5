package dev.cdcpipeline.failure;

import org.jspecify.annotations.Nullable;

/**
 * One value cannot be shown as what was asked for: a numeric {@code NaN} as a BigDecimal, an infinite date as a LocalDate, null
 * in a primitive component, a label that an enum does not have. The row is not touched; {@code Row.text} still gives the value
 * exactly. The message names table, column and Java type.
 */
public class ConversionException extends CdcException {
    private static final long serialVersionUID = 1L;

    public ConversionException(String message) {
        super(message);
    }

    public ConversionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
