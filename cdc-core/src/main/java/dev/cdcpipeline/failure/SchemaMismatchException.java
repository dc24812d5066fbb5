package dev.cdcpipeline.failure;

import org.jspecify.annotations.Nullable;

/**
 * A record and a table do not fit together. The message names the table, the column, its SQL type and the Java type, for
 * every column that does not fit.
 */
public class SchemaMismatchException extends CdcException {
    private static final long serialVersionUID = 1L;

    public SchemaMismatchException(String message) {
        super(message);
    }

    public SchemaMismatchException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
