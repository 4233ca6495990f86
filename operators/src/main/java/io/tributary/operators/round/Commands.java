package io.tributary.operators.round;

import io.tributary.operators.rule.AggregationRule;
import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import java.util.List;

/**
 * What operators' commands change in a federation's state. A command that cannot be obeyed changes
 * nothing, and its answer says why.
 */
final class Commands {

    private final FederationPlan started;
    private final boolean mayAddNoise;

    /**
     * @param started the federation as the job was started with
     * @param mayAddNoise whether there is a secret to draw noise with
     */
    Commands(FederationPlan started, boolean mayAddNoise) {
        this.started = started;
        this.mayAddNoise = mayAddNoise;
    }

    /** Obeys a command, and answers it. */
    CoordinatorState obey(
            CoordinatorState state, GivenCommand given, long nowMillis, List<Decision> decisions) {
        var read = state.withControl(state.control().read(given.offset()));
        try {
            var answered = obey(read, given);
            decisions.add(answer(answered.round(), given, true, answered.detail(), nowMillis));
            return rejectEvicted(answered.state(), decisions);
        } catch (IllegalArgumentException e) {
            decisions.add(answer(read.nextToPlan(), given, false, e.getMessage(), nowMillis));
            return read;
        }
    }

    /**
     * @param round first round that it concerns
     */
    private record Obeyed(CoordinatorState state, String detail, int round) {

        Obeyed(CoordinatorState state, String detail) {
            this(state, detail, state.nextToPlan());
        }
    }

    private Obeyed obey(CoordinatorState state, GivenCommand given) {
        var command = given.command();
        var control = state.control();
        return switch (command.kind()) {
            case PAUSE -> {
                check(!control.paused(), "the federation is paused already");
                yield new Obeyed(
                        state.withControl(control.withPaused(true)),
                        "no new round is planned until it is resumed");
            }
            case RESUME -> {
                check(
                        control.paused() || control.stopAfter() > 0,
                        "the federation is not paused, and is not to stop after any round");
                yield new Obeyed(
                        state.withControl(control.withPaused(false).withStopAfter(0)),
                        "rounds are planned again");
            }
            case STOP -> {
                int round = number(command.subject(), "round");
                check(
                        round >= state.nextToPlan() - 1,
                        "round %s has been planned already",
                        state.nextToPlan() - 1);
                check(round >= 1, "a round must be at least 1, got %s", round);
                yield new Obeyed(
                        state.withControl(control.withStopAfter(round)),
                        "round %s is the last".formatted(round));
            }
            case EVICT -> {
                check(
                        !state.standing(command.subject()).evicted(),
                        "silo %s has been evicted already",
                        command.subject());
                var next = state.withStanding(command.subject(), s -> s.withEvicted(true));
                var open = next.open();
                yield new Obeyed(
                        open == null ? next : next.withOpen(open.without(next.evicted())),
                        "silo %s is evicted: what it sends from now on is refused"
                                .formatted(command.subject()));
            }
            case READMIT -> {
                check(
                        state.standing(command.subject()).evicted(),
                        "silo %s has not been evicted",
                        command.subject());
                yield new Obeyed(
                        state.withStanding(command.subject(), s -> s.withEvicted(false)),
                        "silo %s may take part again".formatted(command.subject()));
            }
            case CHANGE_PLAN -> {
                var change = new PlanChange(command.subject(), command.value());
                var next = control.with(change);
                var changed = started.with(next.changes());
                check(
                        mayAddNoise || !AggregationRule.parse(changed.rule()).addsNoise(),
                        "rule %s adds noise, and the job has no privacy.noise-secret to draw it"
                                + " with; start the job again with one",
                        changed.rule());
                yield new Obeyed(
                        state.withControl(next),
                        "%s is %s"
                                .formatted(
                                        change.key(),
                                        PlanSetting.of(change.key()).describe(change.value())));
            }
            case ROLL_BACK -> rollBack(state, given);
        };
    }

    private static Obeyed rollBack(CoordinatorState state, GivenCommand given) {
        int version = number(given.command().subject(), "version");
        var target = given.target();
        var pending = state.control().rollBack();
        if (pending != null) {
            throw new IllegalArgumentException(
                    "a roll-back to version %s is under way".formatted(pending.target().version()));
        }
        check(
                version < state.newest(),
                "version %s is not behind the newest, %s",
                version,
                state.newest());
        if (target == null) {
            throw new IllegalArgumentException(
                    "version %s cannot be read whole any more".formatted(version));
        }
        check(
                target.layout().digest().equals(state.layoutDigest()),
                "version %s has another layout than the newest",
                version);
        return new Obeyed(
                state.withControl(
                        state.control()
                                .withRollBack(
                                        new RollBack(
                                                target, given.moments(), given.givenMillis()))),
                "version %s becomes version %s, %s"
                        .formatted(
                                version,
                                state.newest() + 1,
                                given.moments()
                                        ? "with the server optimizer's moments"
                                        : "the server optimizer begins anew"),
                state.newest() + 2);
    }

    /** See {@link RoundPolicy#recall}. */
    CoordinatorState recall(CoordinatorState state, GivenCommand given) {
        var read = passOver(state, given.offset());
        try {
            return switch (given.command().kind()) {
                case ROLL_BACK -> read;
                case STOP -> {
                    // Roll-backs may have led past that round since: it still is the last.
                    int round = number(given.command().subject(), "round");
                    yield read.withControl(read.control().withStopAfter(round));
                }
                default -> obey(read, given).state();
            };
        } catch (IllegalArgumentException e) {
            return read; // refused then, too
        }
    }

    /** See {@link RoundPolicy#passOver}. */
    CoordinatorState passOver(CoordinatorState state, long offset) {
        return state.withControl(state.control().read(offset));
    }

    /** What waits of a silo that has been shut out. */
    private static CoordinatorState rejectEvicted(
            CoordinatorState state, List<Decision> decisions) {
        var evicted = state.evicted();
        for (var update : state.waiting()) {
            if (evicted.contains(update.silo())) {
                decisions.add(
                        new Decision.Reject(
                                new RejectedUpdate(
                                        update.silo(),
                                        update.partition(),
                                        update.offset(),
                                        update.model(),
                                        update.id().round(),
                                        update.id().attempt(),
                                        -1,
                                        RejectionReason.EVICTED,
                                        "silo %s was evicted while its update waited for a round"
                                                .formatted(update.silo()),
                                        update.arrivedMillis())));
            }
        }
        return state.withWaiting(
                state.waiting().stream().filter(u -> !evicted.contains(u.silo())).toList());
    }

    private static Decision answer(
            int round, GivenCommand given, boolean applied, String detail, long nowMillis) {
        return new Decision.Answer(
                new ControlOutcome(
                        given.command().model(),
                        given.offset(),
                        applied,
                        detail,
                        round,
                        nowMillis));
    }

    private static int number(String text, String what) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "a %s must be a whole number, got '%s'".formatted(what, text), e);
        }
    }

    private static void check(boolean condition, String message, Object... values) {
        if (!condition) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }
}
