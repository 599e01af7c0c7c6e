package dev.lockstep.server.diff.events;

/** What the sides are called in texts. */
public record SideNames(String reference, String subject) {
    /** What they are called unless somebody wants to be reminded of another tool. */
    public static final SideNames ROLES = new SideNames("reference", "subject");

    /** Returns the name of one. */
    public String of(Side side) {
        return side == Side.REFERENCE ? reference : subject;
    }
}
