package dev.lockstep.recomp;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/** Makes a hidden class of a region's blocks: {@link Region#run} is all of its code. */
final class RegionCompiler {
    private static final MethodTypeDesc RUN_TYPE =
            MethodTypeDesc.of(ConstantDescs.CD_long, ConstantDescs.CD_int);

    private final Guest guest;

    RegionCompiler(Guest guest) {
        this.guest = guest;
    }

    /**
     * Returns the region, not placed yet.
     *
     * @param care what is known of its loads and stores
     */
    Region compile(List<RegionNode> nodes, Care care) {
        Binding binding = new Binding(guest);
        return (Region)
                CodeClass.define(
                        Names.REGION_TYPE,
                        binding,
                        type ->
                                type.withMethodBody(
                                        "run",
                                        RUN_TYPE,
                                        ClassFile.ACC_FINAL,
                                        code -> frame(code, binding, nodes, care).emit()));
    }

    private RegionFrame frame(
            CodeBuilder code, Binding binding, List<RegionNode> nodes, Care care) {
        return guest.isFaulty(nodes)
                ? new FaultyRegionFrame(code, binding, nodes, care, guest.fault())
                : new RegionFrame(code, binding, nodes, care);
    }
}
