#pragma once
#include <mpi/mpi.h>
#include <sched.h>
#include <stdint.h>
#include <time.h>

// Swift cannot read MPI's constants, which are pointers to structures: each call is wrapped here.
// Errors end the job, as is MPI's default.

/// Begins; any thread may call, one at a time. 0 where the library cannot promise that.
static inline int umwelt_mpi_begin(void) {
  int provided = 0;
  MPI_Init_thread(0, 0, MPI_THREAD_SERIALIZED, &provided);
  return provided >= MPI_THREAD_SERIALIZED;
}

static inline int umwelt_mpi_rank(void) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

static inline int umwelt_mpi_count(void) {
  int count = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &count);
  return count;
}

/// Processes on this machine.
static inline int umwelt_mpi_count_here(void) {
  MPI_Comm here;
  int count = 1;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
  MPI_Comm_size(here, &count);
  MPI_Comm_free(&here);
  return count;
}

/// Waits for a request: busily for a moment, then yielding, then asleep for longer and longer.
static inline void umwelt_mpi_wait(MPI_Request *request, int calm) {
  struct timespec pause = {0, 20000};
  for (int64_t turn = 0;; turn++) {
    int done = 0;
    MPI_Test(request, &done, MPI_STATUS_IGNORE);
    if (done) return;
    if (!calm && turn < 2000) continue;
    if (!calm && turn < 20000) {
      sched_yield();
      continue;
    }
    nanosleep(&pause, 0);
    if (pause.tv_nsec < 2000000) pause.tv_nsec += pause.tv_nsec / 4;
  }
}

/// Every rank's number, in the order of ranks.
static inline void umwelt_mpi_gather_number(int64_t number, int64_t *all) {
  MPI_Request request;
  MPI_Iallgather(&number, 1, MPI_INT64_T, all, 1, MPI_INT64_T, MPI_COMM_WORLD, &request);
  umwelt_mpi_wait(&request, 0);
}

/// Every rank's bytes, each where its start says.
static inline void umwelt_mpi_gather(
    const void *bytes, int count, void *all, const int *counts, const int *starts) {
  MPI_Request request;
  MPI_Iallgatherv(
      bytes, count, MPI_BYTE, all, counts, starts, MPI_BYTE, MPI_COMM_WORLD, &request);
  umwelt_mpi_wait(&request, 0);
}

/// Rank 0's bytes, for all; who waits for them sleeps.
static inline void umwelt_mpi_share(void *bytes, int count) {
  MPI_Request request;
  MPI_Ibcast(bytes, count, MPI_BYTE, 0, MPI_COMM_WORLD, &request);
  umwelt_mpi_wait(&request, 1);
}

static inline void umwelt_mpi_send(const void *bytes, int count, int rank) {
  MPI_Request request;
  MPI_Isend(bytes, count, MPI_BYTE, rank, 1, MPI_COMM_WORLD, &request);
  umwelt_mpi_wait(&request, 0);
}

/// The rank that a message has come from, or −1; then its length.
static inline int umwelt_mpi_arrived(int *count) {
  int flag = 0;
  MPI_Status status;
  MPI_Iprobe(MPI_ANY_SOURCE, 1, MPI_COMM_WORLD, &flag, &status);
  if (!flag) return -1;
  MPI_Get_count(&status, MPI_BYTE, count);
  return status.MPI_SOURCE;
}

static inline void umwelt_mpi_receive(void *bytes, int count, int rank) {
  MPI_Recv(bytes, count, MPI_BYTE, rank, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static inline void umwelt_mpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

static inline void umwelt_mpi_end(void) { MPI_Finalize(); }
