package io.tributary.tests.drill;

/**
 * A silo that does not send what it trained.
 *
 * @param silo its id; empty if there is none
 * @param attack specification of the attack
 */
record Attacker(String silo, String attack) {

    static final Attacker NONE = new Attacker("", "");

    boolean is(String other) {
        return !silo.isEmpty() && silo.equals(other);
    }
}
