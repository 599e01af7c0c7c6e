package dev.lockstep.isa;

/**
 * One decoded instruction. A compressed instruction appears as the base instruction it expands to,
 * with length 2. Components that the instruction does not have are 0.
 *
 * @param rd number of the destination register, in the file {@link Op#rd()}; likewise rs1 to rs3
 * @param rs1 for csrrwi, csrrsi and csrrci the unsigned immediate that stands in its place
 * @param imm sign-extended; the unsigned shift amount of shifts, the CSR number of CSR
 *     instructions, fm, pred and succ (4 bits each) of fence. The immediates of lui, auipc,
 *     branches and jumps are in bytes, with their low zeros
 * @param rm static rounding mode (7: as frm says), or aq·2 + rl of an atomic
 * @param length in bytes, 2 or 4
 * @param raw the encoding, zero-extended when compressed
 */
public record Instruction(
        Op op, int rd, int rs1, int rs2, int rs3, long imm, int rm, int length, int raw) {
    /** Returns whether this touches the floating-point registers, or their flags and modes. */
    public boolean needsFloats() {
        return op.rd() == RegisterFile.F
                || op.rs1() == RegisterFile.F
                || op.rs2() == RegisterFile.F
                || (op.kind() == Kind.CSR && Csr.isFloat((int) imm));
    }

    /** Returns what this is to a hart that does not have it. */
    public Instruction asIllegal() {
        return new Instruction(Op.ILLEGAL, 0, 0, 0, 0, 0, 0, length, raw);
    }
}
