package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.TableName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far the running load of tables has come at one place of the stream, in the decoder's own terms. */
public interface LoadMark {

    /** Tables that are not finished, the current one first. */
    List<TableName> remaining();

    /** The form that is stored as {@link dev.cdcpipeline.offset.LoadState#progress()}. */
    String text();

    /** What to keep when this mark is seen and {@code stored} is known: a mark can say less than was known before. */
    LoadMark mergedWith(@Nullable LoadMark stored);
}
