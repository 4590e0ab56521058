/* Calls a null pointer: twice with a handler that goes on behind the call, then, if an argument is given, without one. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

static sigjmp_buf back;

static void handler(int number, siginfo_t *info, void *context) {
  unsigned long pc = ((ucontext_t *)context)->uc_mcontext.__gregs[0];
  printf("signal %d, code %d, address %#lx, pc %#lx\n", number, info->si_code, (unsigned long)info->si_addr, pc);
  siglongjmp(back, 1);
}

int main(int argc, char **argv) {
  void (*volatile nothing)(void) = NULL;
  if (argc > 1) {
    printf("%s\n", argv[1]);
    fflush(stdout);
    nothing();
  }
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &action, NULL);
  for (int i = 0; i < 2; i++)
    if (sigsetjmp(back, 1) == 0) nothing();
  puts("back");
  return 3;
}
