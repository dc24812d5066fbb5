package dev.cdcpipeline.internal.shape;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.CdcException;

/**
 * A table that is being loaded was altered between the moment at which the stream stands and now. A load reads rows as they are
 * shaped now, beside a stream of rows as they were shaped then, and Debezium knows one shape of a table at a time. The load waits
 * until the stream has come past the change.
 */
public final class AlteredDuringLoadException extends CdcException {
    private static final long serialVersionUID = 1L;

    public AlteredDuringLoadException(TableName table) {
        super(table
                + " was altered while its rows were loaded; the load goes on when the stream has come past the change");
    }
}
