/** A federation's figures where people who train models look for them: TensorBoard and MLflow. */
@NullMarked
package io.tributary.cli.track;

import org.jspecify.annotations.NullMarked;
