package io.tributary.operators.rule;

/** The last stage of a rule, which turns rows into one combined delta. */
public sealed interface FinalRule extends Stage permits LinearRule, CoordinateWiseRule {}
