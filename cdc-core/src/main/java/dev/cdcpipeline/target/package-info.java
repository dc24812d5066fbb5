/** Where changes go: the SPI for targets and what they are handed. */
@NullMarked
package dev.cdcpipeline.target;

import org.jspecify.annotations.NullMarked;
