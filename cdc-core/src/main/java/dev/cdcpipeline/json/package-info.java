/** Reads JSON documents with Jackson. Nobody depends on it; it is found as a service where Jackson is. */
@NullMarked
package dev.cdcpipeline.json;

import org.jspecify.annotations.NullMarked;
