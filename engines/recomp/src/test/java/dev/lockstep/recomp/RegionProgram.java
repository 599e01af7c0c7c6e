package dev.lockstep.recomp;

/** Programs that end in an ecall or trap after some ten thousand steps. */
enum RegionProgram {
    LOOP(
            """
            lui a1,5
            loop:
            add a0,a0,a1
            addi a1,a1,-1
            bne a1,x0,loop
            ecall
            """),
    NESTED_LOOPS(
            """
            addi s0,x0,100
            outer:
            addi s1,x0,70
            inner:
            mul a2,s0,s1
            add a0,a0,a2
            addi s1,s1,-1
            bne s1,x0,inner
            addi s0,s0,-1
            bne s0,x0,outer
            ecall
            """),
    /** The function that is called reads what only some ways to the call have in a local. */
    CALL_WITH_ANOTHER_LINK(
            """
            lui s0,1
            loop:
            andi a2,s0,1
            bne a2,x0,over
            addi a3,s0,0
            jal x0,over
            over:
            auipc a5,0
            jalr a5,40(a5)
            addi a3,x0,7
            jal x0,after
            after:
            add a1,a1,a3
            addi s0,s0,-1
            beq s0,x0,end
            auipc t1,0
            jalr x0,-44(t1)
            end:
            ecall
            add a0,a0,a3
            jalr x0,0(a5)
            """),
    IRREDUCIBLE_LOOP(
            """
            lui a1,4
            again:
            andi a2,a1,1
            beq a2,x0,middle
            top:
            addi a0,a0,3
            middle:
            xor a0,a0,a1
            addi a1,a1,-1
            andi a2,a1,7
            bne a2,x0,top
            bne a1,x0,again
            ecall
            """),
    CALLS(
            """
            lui s0,3
            loop:
            addi a0,s0,1
            jal ra,double
            add s1,s1,a0
            jal t0,triple
            addi s0,s0,-1
            bne s0,x0,loop
            ecall
            double:
            add a0,a0,a0
            jalr x0,0(ra)
            triple:
            slli a1,a0,1
            add s2,s2,a1
            jalr x0,0(t0)
            """),
    RETURN_ELSEWHERE(
            """
            lui s0,2
            loop:
            jal ra,callee
            addi a0,a0,1
            back:
            addi s0,s0,-1
            bne s0,x0,loop
            ecall
            callee:
            andi a1,s0,3
            bne a1,x0,return
            addi ra,ra,4
            return:
            jalr x0,0(ra)
            """),
    RETURN_OF_TWO_CALLS(
            """
            lui s0,2
            loop:
            jal ra,outer
            addi s0,s0,-1
            bne s0,x0,loop
            ecall
            outer:
            addi s1,ra,0
            jal ra,inner
            addi a0,a0,1
            jalr x0,0(s1)
            inner:
            andi a1,s0,1
            beq a1,x0,far
            jalr x0,0(ra)
            far:
            jalr x0,0(s1)
            """),
    DEEP_RECURSION(
            """
            addi s0,x0,20
            again:
            lui sp,0x81
            addi a0,x0,200
            jal ra,sum
            add s1,s1,a0
            addi s0,s0,-1
            bne s0,x0,again
            ecall
            sum:
            bne a0,x0,deeper
            jalr x0,0(ra)
            deeper:
            addi sp,sp,-16
            sd ra,0(sp)
            sd a0,8(sp)
            addi a0,a0,-1
            jal ra,sum
            ld a1,8(sp)
            ld ra,0(sp)
            addi sp,sp,16
            add a0,a0,a1
            jalr x0,0(ra)
            """),
    INDIRECT_JUMPS(
            """
            lui s0,3
            auipc s1,0
            loop:
            andi a1,s0,12
            add a1,a1,s1
            jalr x0,28(a1)
            next:
            addi s0,s0,-1
            bne s0,x0,loop
            ecall
            addi x0,x0,0
            jal x0,one
            jal x0,two
            jal x0,next
            jal x0,one
            one:
            addi a0,a0,1
            jal x0,next
            two:
            addi a0,a0,100
            jal x0,next
            """),
    INDIRECT_CALLS(
            """
            lui s0,3
            auipc s1,0
            loop:
            andi a1,s0,8
            add a1,a1,s1
            jalr ra,32(a1)
            addi s0,s0,-1
            bne s0,x0,loop
            ecall
            addi x0,x0,0
            addi a0,a0,1
            jalr x0,0(ra)
            addi a0,a0,7
            jalr x0,0(ra)
            """),
    TRAP_AT_A_LOAD(
            """
            lui s0,0x7c
            loop:
            addi a0,a0,1
            addi a2,a0,5
            ld a1,0(s0)
            addi a2,a2,9
            addi s0,s0,8
            bne s0,x0,loop
            ecall
            """),
    TRAP_AT_A_STORE(
            """
            lui s0,0x7c
            loop:
            addi a0,a0,1
            jal ra,store
            addi a2,a2,9
            bne s0,x0,loop
            ecall
            store:
            sd a0,0(s0)
            addi s0,s0,8
            jalr x0,0(ra)
            """),
    FIELDS_UP_TO_THE_LAST_PAGE(
            """
            lui s0,0x7c
            loop:
            addi a0,a0,1
            ld a1,0(s0)
            sd a0,8(s0)
            add a2,a2,a1
            lw a3,20(s0)
            sw a2,16(s0)
            ld a4,24(s0)
            addi s0,s0,8
            bne s0,x0,loop
            ecall
            """),
    FIELDS_THROUGH_CHANGING_POINTERS(
            """
            lui s0,3
            lui t0,0x7c
            addi t1,t0,64
            sd t1,8(t0)
            sd t0,8(t1)
            loop:
            sd s0,16(t0)
            ld t0,8(t0)
            ld a1,16(t0)
            add a0,a0,a1
            sd a0,24(t0)
            addi s0,s0,-1
            bne s0,x0,loop
            ecall
            """),
    FIELDS_WITH_ATOMICS_BETWEEN(
            """
            lui s0,1
            lui t0,0x7c
            loop:
            ld a1,0(t0)
            amoadd.d a2,s0,(t0)
            sd a1,8(t0)
            lr.d a3,(t0)
            add a3,a3,a1
            sc.d a4,a3,(t0)
            ld a5,0(t0)
            sd a5,24(t0)
            add a0,a0,a5
            addi s0,s0,-1
            bne s0,x0,loop
            ecall
            """),
    FIELDS_BESIDE_CODE(
            """
            addi s0,x0,300
            lui t0,0x10
            loop:
            ld a1,1024(t0)
            add a0,a0,a1
            sd s0,1032(t0)
            ld a2,1032(t0)
            add a0,a0,a2
            addi s0,s0,-1
            bne s0,x0,loop
            ecall
            """),
    MISALIGNED_ACCESSES(
            """
            lui s0,2
            lui t0,0x7c
            lui a3,1
            addi a3,a3,-2048
            add t0,t0,a3
            loop:
            sw s0,1(t0)
            lhu a0,3(t0)
            sd a0,2045(t0)
            ld a1,2042(t0)
            add a2,a2,a1
            addi s0,s0,-1
            bne s0,x0,loop
            ecall
            """),
    ATOMICS(
            """
            lui s0,2
            lui t0,0x7c
            loop:
            amoadd.d a0,s0,(t0)
            retry:
            lr.w a1,(t0)
            addi a1,a1,1
            sc.w a2,a1,(t0)
            bne a2,x0,retry
            addi s0,s0,-1
            bne s0,x0,loop
            addi t0,t0,4
            amoadd.d a0,s0,(t0)
            """),
    FLOATS(
            """
            lui s0,2
            fcvt.d.l fa1,s0
            loop:
            fcvt.d.l fa0,s0
            fdiv.d fa2,fa1,fa0
            fadd.d fa3,fa3,fa2
            fmadd.d fa4,fa2,fa2,fa4
            fsqrt.s fa5,fa5
            flt.d a0,fa2,fa3
            add a1,a1,a0
            addi s0,s0,-1
            bne s0,x0,loop
            ecall
            """),
    SELF_MODIFYING_LOOP(
            """
            addi s0,x0,600
            lui t0,0x10
            loop:
            lw a1,28(t0)
            lui a2,0x100
            add a1,a1,a2
            sw a1,28(t0)
            fence.i
            addi a0,a0,0
            addi s0,s0,-1
            bne s0,x0,loop
            ecall
            """);

    private final String source;

    RegionProgram(String source) {
        this.source = source;
    }

    String source() {
        return source;
    }
}
