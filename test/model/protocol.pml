/*
 * The flag-file protocol in Promela, written from docs/protocol.md and not from the code, so that
 * the two models can disagree. Names are those of the page. Every `atomic` is ONE file operation,
 * with what its process concludes from it; between any two of them anybody else may go on, one
 * process may die, and one may be stopped for longer than its lease and wake up.
 *
 * Sizes (-D): WORKERS, CLEANERS, RUNS, CRASHES, PAUSES; PATIENT: so many workers take over from
 * whoever is gone, and claim again; IN_TURN: all finish a run before anybody begins the next one
 * (operations in different folders commute, so that no folder can tell the difference), and workers
 * begin a run in the order of their numbers (until then they are interchangeable).
 * Rules left out (-D): see the #ifdef of each; every one gives an assertion that is violated.
 */
#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef CLEANERS
#define CLEANERS 1
#endif
#ifndef RUNS
#define RUNS 1
#endif
#ifndef CRASHES
#define CRASHES 0
#endif
#ifndef PAUSES
#define PAUSES 0
#endif
#ifndef PATIENT
#define PATIENT 0
#endif
#define PROCESSES (WORKERS + CLEANERS)

/* Every process has four tokens for each run: a claim, a reset, a claim, a reset. 0 is nobody. */
#define TOKENS (4 * PROCESSES + 1)
#ifdef REUSED_TOKEN
#define token(p, k) (1 + 4 * (p) + ((k) & 1))
#else
#define token(p, k) (1 + 4 * (p) + (k))
#endif
#define processOf(t) (((t) - 1) / 4)
#define bit_(t) (1 << (t))
#define MOST_ATTEMPTS 6

mtype = { NO_FLAG, UNHATCHED, OPENED, RESETTING, COMPLETED };

typedef Folder {
  /* The one flag, and the token in its name. */
  mtype flag = UNHATCHED;
  byte holder;
  /* The token whose record or words stand in the flag itself: never, but for who wrote through it. */
  byte words;
  /* Tokens that have a run.<token>.json, and the attempt that it says. */
  int records;
  byte says[TOKENS];
  /* Tokens that have a logger.<token>.out. */
  int outputs;
  /* run.N.json and logger.N.out: whose they are. */
  byte record[MOST_ATTEMPTS];
  byte output[MOST_ATTEMPTS];
  bool isVoid[MOST_ATTEMPTS];
  /* Who wrote the checkpoint, which attempts share. */
  byte checkpoint;
  /* Tokens of cleaners that have a desk, and whose attempt their plan declares void. */
  int desks;
  byte planVoids[TOKENS];

  /* What nobody inside can know. */
  byte claims;
  byte claimNumber[TOKENS];
  byte attemptOf[MOST_ATTEMPTS];
  int voided;
  byte settlements;
};
Folder folder[RUNS];

bool dead[PROCESSES];
bool paused[PROCESSES];
/* Stopped since its claim began: its supervisor has ended its program, or will start none. */
bool wasStopped[PROCESSES];
/* The run, from 1, that its program executes. */
byte program[PROCESSES];
/* Whether a process remembers the flag's time, and whether that has changed since. */
#define SAME_TIME 1
#define OTHER_TIME 2
byte time[PROCESSES];
byte place[PROCESSES];
/* The runs that it has begun. */
byte begun[WORKERS];
/* The token whose flag it holds or tries to get, as far as it knows. */
byte holding[PROCESSES];
byte judgedAfter[TOKENS];
byte crashes = CRASHES;
byte pauses = PAUSES;
/* Who is paused, if anybody. */
byte sleeper = PROCESSES;

#define isUp(p) (!dead[p] && !paused[p])
#define isHeldBy(r, f, t) (folder[r].flag == f && folder[r].holder == t)

inline touchFlag() {
  for (q : 0 .. PROCESSES - 1) { time[q] = (time[q] == SAME_TIME -> OTHER_TIME : time[q]) }
  q = 0
}

inline moveFlag(r, f, t) {
  folder[r].flag = f;
  folder[r].holder = t
}

/* At most one program executes a run. */
inline startProgram(r) {
  if
  :: wasStopped[me] -> skip
  :: else ->
     for (q : 0 .. PROCESSES - 1) { assert(q == me || program[q] != r + 1) }
     q = 0;
     program[me] = r + 1
  fi
}

/* What is listed: the number of published records, and which are not published. */
inline listRecords(r) {
  last = 0;
  do
  :: last + 1 < MOST_ATTEMPTS && folder[r].record[last + 1] != 0 -> last++
  :: else -> break
  od;
  waiting = folder[r].records & ~bit_(own)
}

/* run.<t>.json becomes run.N.json, logger.<t>.out logger.N.out: nothing is ever overwritten. */
inline publishOutput(r, t, n) {
  atomic {
    if
    :: folder[r].outputs & bit_(t) ->
       assert(folder[r].output[n] == 0 || folder[r].output[n] == t);
       assert(folder[r].record[n] == 0 || folder[r].record[n] == t);
       folder[r].output[n] = t;
       folder[r].outputs = folder[r].outputs & ~bit_(t)
    :: else
    fi
  }
}

inline publish(r, t, n) {
  publishOutput(r, t, n);
  atomic {
    if
    :: folder[r].records & bit_(t) ->
       assert(folder[r].record[n] == 0);
       folder[r].record[n] = t;
       folder[r].records = folder[r].records & ~bit_(t);
       folder[r].says[t] = 0
    :: else
    fi
  }
}

/*
 * Publishes what is settled, in order, and counts; `own` is not counted. Goes on only as long as the
 * flag is the one that was seen. gone: it is not.
 */
inline finishPublishing(r, f, t) {
  gone = false;
  do
  :: waiting != 0 && !gone ->
     /* The unpublished record with the lowest number. Reading it finds that it may have gone. */
     atomic {
       found = 0;
       for (q : 1 .. TOKENS - 1) {
         if
         :: (waiting & bit_(q)) && (found == 0 || folder[r].says[q] < folder[r].says[found]) -> found = q
         :: else
         fi
       }
       q = 0;
       if
       :: folder[r].records & bit_(found) ->
          waiting = waiting & ~bit_(found);
          number = folder[r].says[found]
       :: else ->
          number = 0
       fi
     };
     if
     :: number == 0 ->
        /* Published meanwhile: the listing no longer counts right. */
        atomic {
          if
          :: isHeldBy(r, f, t) -> listRecords(r)
          :: else -> gone = true
          fi
        }
#ifdef NO_COUNT
     :: number > 0 ->
#else
     /* A number that is taken was voided. */
     :: number > 0 && number <= last -> skip
     :: number > last ->
#endif
        publish(r, found, number);
        last = number
     fi
  :: else -> break
  od;
  found = 0; number = 0; waiting = 0
}

#ifdef IN_TURN
#define mayBegin(p, r) (p == 0 || p == PATIENT || dead[p - 1] || begun[p - 1] > r)
#else
#define mayBegin(p, r) true
#endif

inline claim(r, k) {
  own = token(me, k);
  held = false;
  wasStopped[me] = false;
#ifdef UNLINK_CREATE
  atomic { folder[r].flag == UNHATCHED -> moveFlag(r, NO_FLAG, 0); assert(folder[r].flag != NO_FLAG) };
#endif
  atomic {
    mayBegin(me, r);
    begun[me] = r + 1;
    holding[me] = own;
    if
    :: folder[r].flag == UNHATCHED -> touchFlag(); held = true
    :: else
    fi
  };
  if
  :: held ->
     atomic {
       if
       :: folder[r].flag == UNHATCHED ->
          moveFlag(r, OPENED, own);
          folder[r].claims++;
          folder[r].claimNumber[own] = folder[r].claims
       :: else
       fi
     };
     atomic {
       if
       :: isHeldBy(r, OPENED, own) -> listRecords(r)
       :: else -> held = false
       fi
     }
  :: else
  fi;
  if
  :: held ->
     finishPublishing(r, OPENED, own);
     atomic {
       if
       :: !gone ->
          attempt = last + 1;
          assert(folder[r].attemptOf[attempt] == 0);
          folder[r].attemptOf[attempt] = own;
          startProgram(r)
       :: else -> held = false
       fi
     };
     if
     :: gone -> atomic {
          if
          :: isHeldBy(r, OPENED, own) -> moveFlag(r, UNHATCHED, 0)
          :: else
          fi
        }
     :: else
     fi
  :: else
  fi;
  last = 0
}

/* The program writes, the worker beats, the program ends. It may go on writing though nobody wants it. */
inline execute(r) {
  atomic { folder[r].outputs = folder[r].outputs | bit_(own) };
  atomic { folder[r].checkpoint = own };
  atomic {
    if
    :: isHeldBy(r, OPENED, own) -> touchFlag()
    :: else
    fi;
    program[me] = 0
  }
}

/* completed, or back to UNHATCHED if the program was ended before its time. */
inline settle(r) {
#ifdef THROUGH_FLAG
  atomic {
    folder[r].words = own;
    assert(folder[r].claimNumber[own] == folder[r].claims && !(folder[r].voided & bit_(own)))
  };
#endif
  atomic {
    folder[r].records = folder[r].records | bit_(own);
    folder[r].says[own] = attempt
  };
  atomic {
    if
#ifdef UNFENCED
    :: true ->
#else
    :: isHeldBy(r, OPENED, own) ->
#endif
       assert(!(folder[r].voided & bit_(own)));
       assert(isHeldBy(r, OPENED, own));
       if
       :: wasStopped[me] -> moveFlag(r, UNHATCHED, 0)
       :: else ->
          folder[r].settlements++;
          assert(folder[r].settlements == 1);
          moveFlag(r, COMPLETED, 0)
       fi
    :: !isHeldBy(r, OPENED, own) -> held = false
    fi
  };
  if
  :: held -> publish(r, own, attempt)
  :: else
  fi;
  attempt = 0
}

/* Expired: silent for the lease at two looks. Known to be dead: at once. Somebody else may not know it yet. */
inline look(r, k) {
  own = token(me, k);
  holding[me] = own;
  judged = 0;
  atomic {
    if
    :: folder[r].flag == OPENED || folder[r].flag == RESETTING ->
       q = processOf(folder[r].holder);
       if
       /* By then its supervisor has ended its program. */
#ifdef NO_SUPERVISOR
       :: !isUp(q) -> judged = folder[r].holder
#else
       :: !isUp(q) && program[q] == 0 -> judged = folder[r].holder
#endif
       /* Lives, but has been told that it is fenced, and was given the flag back: nobody beats for it. */
       :: isUp(q) && holding[q] != folder[r].holder -> judged = folder[r].holder
#ifdef ONE_LOOK
       :: isUp(q) -> judged = folder[r].holder
#endif
       :: true
       fi;
       if
       :: judged != 0 ->
          wasResetting = (folder[r].flag == RESETTING);
          time[me] = SAME_TIME;
          judgedAfter[own] = folder[r].claims;
          if
          :: wasResetting -> judgedAfter[own] = judgedAfter[judged]
          :: else
          fi
       :: else
       fi;
       q = 0
    :: else
    fi
  }
}

#define isJudged(r) isHeldBy(r, (wasResetting -> RESETTING : OPENED), judged)

inline reset(r) {
  held = false;
  /* The plan: the former's, for who takes over. */
  atomic {
    folder[r].desks = folder[r].desks | bit_(own);
    voids = (wasResetting -> folder[r].planVoids[judged] : judged);
#ifdef NO_PLAN
    voids = (wasResetting -> 0 : judged);
#endif
    folder[r].planVoids[own] = voids
  };
  /* Still what was judged, by its time; the touch; the time that it has now. */
  atomic {
    if
    :: isJudged(r) && time[me] == SAME_TIME -> held = true
    :: else
    fi
  };
  if
  :: held -> atomic {
       if
       :: isJudged(r) -> touchFlag()
       :: else -> held = false
       fi
     }
  :: else
  fi;
  if
  :: held -> atomic { time[me] = (isJudged(r) -> SAME_TIME : OTHER_TIME) };
     atomic {
       if
       :: isJudged(r) -> moveFlag(r, RESETTING, own)
       :: else -> held = false
       fi
     }
  :: else
  fi;
  if
  :: held && wasResetting -> 
#ifndef NO_DISARMING
     atomic { folder[r].desks = folder[r].desks & ~bit_(judged); folder[r].planVoids[judged] = 0 }
#endif
  :: held && !wasResetting && time[me] == OTHER_TIME ->
     /* Somebody beat at the last instant: it is given back. */
     atomic {
       held = false;
       if
       :: isHeldBy(r, RESETTING, own) -> moveFlag(r, OPENED, judged)
       :: else
       fi
     }
  :: else
  fi;
  if
  :: held -> carryOut(r)
  :: else -> atomic { time[me] = 0; folder[r].desks = folder[r].desks & ~bit_(own); folder[r].planVoids[own] = 0 }
  fi;
  judged = 0; wasResetting = false; voids = 0
}

inline carryOut(r) {
  /* The fence: an owner that lives notices within two heartbeats. */
  (voids == 0 || !isUp(processOf(voids)) || program[processOf(voids)] != r + 1);
  /* After a pause it looks before it touches anything; a pause may also come right behind the look. */
  atomic { time[me] = 0; held = isHeldBy(r, RESETTING, own) };
  if
  :: held ->
     atomic {
       if
#ifdef NO_DESK
       :: folder[r].checkpoint != 0 ->
#else
       :: folder[r].checkpoint != 0 && (folder[r].desks & bit_(own)) ->
#endif
          assert(folder[r].claimNumber[folder[r].checkpoint] <= judgedAfter[own]);
          folder[r].checkpoint = 0
       :: else
       fi
     };
     atomic {
       if
       :: isHeldBy(r, RESETTING, own) ->
          swap = own;
          own = voids;
          listRecords(r);
          own = swap;
          swap = 0
       :: else -> held = false
       fi
     }
  :: else
  fi;
  if
  :: held ->
     swap = own; own = voids;
     finishPublishing(r, RESETTING, swap);
     own = swap; swap = 0;
     if
     :: gone -> held = false
     :: else
     fi
  :: else
  fi;
  if
  :: held && voids != 0 ->
     atomic { number = (last > 0 && folder[r].isVoid[last] && folder[r].record[last] == voids -> last : last + 1) };
     publishOutput(r, voids, number);
#ifndef NO_VOID_RECORD
     atomic {
       assert(folder[r].record[number] == 0 || (folder[r].isVoid[number] && folder[r].record[number] == voids));
       folder[r].record[number] = voids;
       folder[r].isVoid[number] = true
     };
#endif
     number = 0
  :: else
  fi;
  if
  :: held ->
     atomic { folder[r].desks = folder[r].desks & ~bit_(own); folder[r].planVoids[own] = 0 };
     atomic {
       if
       :: isHeldBy(r, RESETTING, own) ->
          moveFlag(r, UNHATCHED, 0);
          if
          :: voids != 0 ->
             folder[r].voided = folder[r].voided | bit_(voids);
             /* An attempt that is void has left a record, and was not of somebody who lives and beats. */
             number = 1;
             do
             :: number < MOST_ATTEMPTS && !(folder[r].isVoid[number] && folder[r].record[number] == voids) -> number++
             :: else -> break
             od;
             assert(number < MOST_ATTEMPTS);
             number = 0;
             assert(crashes < CRASHES || pauses < PAUSES)
          :: else
          fi
       :: else
       fi
     }
  :: else
  fi;
  last = 0
}

#define LOCALS \
  byte own, judged, voids, attempt, last, found, number, swap, q, r; \
  int waiting; \
  bool held, gone, wasResetting

#define isAt(p, r) (!dead[p] && place[p] == r)
#if WORKERS + CLEANERS == 4
#define isAnybodyAt(r) (isAt(0, r) || isAt(1, r) || isAt(2, r) || isAt(3, r))
#elif WORKERS + CLEANERS == 3
#define isAnybodyAt(r) (isAt(0, r) || isAt(1, r) || isAt(2, r))
#else
#define isAnybodyAt(r) (isAt(0, r) || isAt(1, r))
#endif

/* Nobody will go on with a run: it is settled, or there to be claimed or taken over. */
inline checkEnd(r) {
  assert(folder[r].flag != NO_FLAG);
  q = folder[r].holder;
  assert(q == 0 || dead[processOf(q)] || holding[processOf(q)] != q);
  q = 0
}

/* To the next run. In turn, the last one to leave a run forgets it: no file of it is asked for again. */
inline leaveRun(r) {
  atomic {
    own = 0; held = false; holding[me] = 0; wasStopped[me] = false;
    place[me] = r + 1;
#ifdef IN_TURN
    if
    :: !isAnybodyAt(r) ->
       checkEnd(r);
       for (q : 0 .. TOKENS - 1) {
         folder[r].says[q] = 0; folder[r].planVoids[q] = 0; folder[r].claimNumber[q] = 0; judgedAfter[q] = 0
       }
       for (q : 0 .. MOST_ATTEMPTS - 1) {
         folder[r].record[q] = 0; folder[r].output[q] = 0; folder[r].isVoid[q] = 0; folder[r].attemptOf[q] = 0
       }
       q = 0;
       folder[r].flag = COMPLETED; folder[r].holder = 0; folder[r].words = 0;
       folder[r].records = 0; folder[r].outputs = 0; folder[r].desks = 0; folder[r].voided = 0;
       folder[r].checkpoint = 0; folder[r].claims = 0; folder[r].settlements = 0
    :: else
    fi;
    r++;
    (r == RUNS || !isAnybodyAt(r - 1))
#else
    r++
#endif
  }
}

proctype Worker(byte me) provided (isUp(me)) {
  LOCALS;
  do
  :: r < RUNS ->
     claim(r, 0);
     if
     :: held -> execute(r); settle(r)
     :: !held && me < PATIENT ->
        look(r, 1);
        if
        :: judged != 0 -> reset(r); claim(r, 2);
           if
           :: held -> execute(r); settle(r)
           :: else
           fi
        :: else
        fi
     :: else
     fi;
     leaveRun(r)
  :: else -> break
  od
}

proctype Cleaner(byte me) provided (isUp(me)) {
  LOCALS;
  do
  :: r < RUNS ->
     look(r, 1);
     if
     :: judged != 0 -> reset(r)
     :: else
     fi;
     leaveRun(r)
  :: else -> break
  od
}

#define holds(p, r) (folder[r].holder != 0 && processOf(folder[r].holder) == p)
#if RUNS == 2
#define holdsAny(p) (holds(p, 0) || holds(p, 1))
#else
#define holdsAny(p) holds(p, 0)
#endif

/* What befalls somebody who holds a flag; who holds none could as well just not be given a turn. */
proctype Fate() {
  byte p, q, r;
end:
  do
  :: crashes > 0 -> atomic {
       select(p : 0 .. PROCESSES - 1);
       if
       :: isUp(p) && holdsAny(p) -> crashes--; dead[p] = true; program[p] = 0
       :: else
       fi;
       p = 0
     }
  :: pauses > 0 -> atomic {
       select(p : 0 .. PROCESSES - 1);
       if
       :: isUp(p) && holdsAny(p) ->
          pauses--;
          paused[p] = true;
          sleeper = p;
#ifndef NO_SUPERVISOR
          wasStopped[p] = true;
          program[p] = 0
#endif
       :: else
       fi;
       p = 0
     }
  :: sleeper < PROCESSES -> atomic {
       paused[sleeper] = false;
       sleeper = PROCESSES
     }
  :: timeout -> break
  od;
  /* Nobody can go on: all have left, and every run is settled, or there to be claimed or taken over. */
  for (p : 0 .. PROCESSES - 1) { assert(dead[p] || place[p] == RUNS) }
  for (r : 0 .. RUNS - 1) {
    checkEnd(r)
  }
}

init {
  atomic {
    byte i;
    for (i : 0 .. WORKERS - 1) { run Worker(i) }
    for (i : WORKERS .. PROCESSES - 1) { run Cleaner(i) }
    run Fate()
  }
}
