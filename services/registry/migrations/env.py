from linli_kernel.migrations import run

run()
