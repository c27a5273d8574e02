/** What differs in Boot 3: the types of health. */
package dev.orrery.worker.boot3;
