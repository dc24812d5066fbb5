/** Plain SQL against a PostgreSQL source: catalog, publication, slot. Not API. */
@NullMarked
package dev.cdcpipeline.internal.postgres;

import org.jspecify.annotations.NullMarked;
