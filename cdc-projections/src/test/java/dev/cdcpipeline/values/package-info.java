/** What the texts of a real server become in Java, type by type. */
@NullMarked
package dev.cdcpipeline.values;

import org.jspecify.annotations.NullMarked;
