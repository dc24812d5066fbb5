/** What a source's columns and tables are, as its catalog and its stream tell, and how their values read. */
@NullMarked
package dev.cdcpipeline.internal.shape;

import org.jspecify.annotations.NullMarked;
