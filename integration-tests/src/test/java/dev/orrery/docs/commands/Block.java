package dev.orrery.docs.commands;

import java.util.List;

/** A part of a page that is run, or stands for a file. */
sealed interface Block {
  /** Of the page, from 1. */
  int line();

  /** Commands whose output the page does not show. */
  record Commands(int line, String text) implements Block {}

  /**
   * Commands, each with the output that the page shows.
   *
   * @param anyOrder if the lines shown are among those of the run, in any order
   */
  record Transcript(int line, List<Step> steps, boolean anyOrder) implements Block {
    /**
     * @param output empty if the page shows none
     */
    record Step(int line, String command, String output) {}
  }

  /** A command that stays in the foreground of another terminal. */
  record Background(int line, String command) implements Block {}

  /** A file that the reader writes. */
  record FileContent(int line, String name, String content) implements Block {}

  /** Commands that cannot run in a test. */
  record NotRun(int line, String reason) implements Block {}
}
