/** The first program of the README, on a PostgreSQL that it starts itself. */
@NullMarked
package dev.cdcpipeline.examples.quickstart;

import org.jspecify.annotations.NullMarked;
