/** What differs in Boot 4: Jackson 3, and the types of health. */
package dev.orrery.worker.boot;
