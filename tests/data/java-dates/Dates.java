import java.nio.file.*;
import java.text.SimpleDateFormat;
import java.time.*;
import java.time.format.DateTimeFormatter;
import java.util.*;

/** Writes the rows beside it: `java Dates.java` in this folder, with Java 17. */
public class Dates {
    static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS");

    interface Writing {
        String text() throws Exception;
    }

    static String outcome(Writing writing) {
        try {
            return "=" + writing.text();
        } catch (Exception refused) {
            return "!";
        }
    }

    static List<String> patterns(String letters, String others) {
        List<String> patterns = new ArrayList<>();
        for (char letter : letters.toCharArray())
            for (int width = 1; width <= 6; width++)
                patterns.add(String.valueOf(letter).repeat(width));
        patterns.addAll(List.of(others.split("\\|")));
        return patterns;
    }

    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.US);
        write("simple_date_format.tsv", simpleDateFormat());
        write("date_time_formatter.tsv", dateTimeFormatter());
        write("date_time_parser.tsv", parsed());
    }

    static void write(String name, List<String> rows) throws Exception {
        Files.writeString(Path.of(name), String.join("\n", rows) + "\n");
    }

    static List<String> simpleDateFormat() {
        List<String> rows = new ArrayList<>();
        List<String> fields = patterns("GyYMLwWDdFEuaHkKhmsSZX", SIMPLE);
        List<String> offsets = patterns("ZX", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
        List<String> names = List.of("z", "zz", "zzz", "EEE, d MMM yyyy HH:mm:ss z");
        List<String> weeks = patterns("wWYFDuE", "YYYY-'W'ww-u");
        for (long millis : MILLIS) {
            rows(rows, millis, "UTC", weeks);
            for (String zone : ZONES) rows(rows, millis, zone, offsets);
            for (String zone : NAMED) rows(rows, millis, zone, names);
        }
        rows(rows, 1709823845006L, "UTC", fields);
        rows(rows, 1709823845006L, "Asia/Colombo", fields);
        rows(rows, 1735560000000L, "America/New_York", fields);
        rows(rows, -1L, "Europe/Berlin", fields);
        return new ArrayList<>(new LinkedHashSet<>(rows));
    }

    static void rows(List<String> rows, long millis, String zone, List<String> patterns) {
        for (String pattern : patterns) {
            String written = outcome(() -> {
                SimpleDateFormat format = new SimpleDateFormat(pattern);
                format.setTimeZone(TimeZone.getTimeZone(zone));
                return format.format(new Date(millis));
            });
            rows.add(millis + "\t" + zone + "\t" + pattern + "\t" + written);
        }
    }

    static List<String> dateTimeFormatter() {
        List<String> rows = new ArrayList<>();
        for (long millis : MILLIS) {
            LocalDateTime moment = LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC);
            boolean all = millis == 1709823845006L || millis == -1;
            for (String pattern : patterns(all ? "GuyDMLdQqYwWEecFaBhKkHmsSAnNVvzOXxZp" : "wWYFDeuyGB", ISOLIKE)) {
                rows.add(moment.format(ISO) + "\t" + pattern
                    + "\t" + outcome(() -> moment.format(DateTimeFormatter.ofPattern(pattern)))
                    + "\t" + outcome(() -> moment.toLocalDate().format(DateTimeFormatter.ofPattern(pattern)))
                    + "\t" + outcome(() -> moment.toLocalTime().format(DateTimeFormatter.ofPattern(pattern))));
            }
        }
        return rows;
    }

    /** A date with a time, else a date, else a time, as formatDateTime tries them. */
    static List<String> parsed() {
        List<String> rows = new ArrayList<>();
        for (String row : READ.split("\n")) {
            String[] cells = row.split("\\|", -1);
            String found = outcome(() -> DateTimeFormatter.ofPattern(cells[1]).toString());
            if (!found.equals("!")) {
                DateTimeFormatter pattern = DateTimeFormatter.ofPattern(cells[1]);
                String date = "uuuu-MM-dd", time = " HH:mm:ss.SSSSSSSSS";
                found = outcome(() -> LocalDateTime.parse(cells[0], pattern).format(DateTimeFormatter.ofPattern(date + time)));
                if (found.equals("!"))
                    found = outcome(() -> LocalDate.parse(cells[0], pattern).format(DateTimeFormatter.ofPattern(date)));
                if (found.equals("!"))
                    found = outcome(() -> LocalTime.parse(cells[0], pattern).format(DateTimeFormatter.ofPattern(time)));
            }
            rows.add(cells[0] + "\t" + cells[1] + "\t" + found);
        }
        return rows;
    }

    static final long[] MILLIS = {
        0L, -1L, 1709823845006L, 1735560000000L, 951782400000L, 1719792000123L,
        4102444800000L, 1700000000123L, 1288486800000L, 1709812800000L,
    };

    static final String[] ZONES = {
        "UTC", "Asia/Colombo", "America/New_York", "Europe/Berlin", "Asia/Kathmandu",
        "Australia/Lord_Howe", "Pacific/Kiritimati",
    };

    /** Zones whose names are their abbreviations in the time zone database. */
    static final String[] NAMED = {"UTC", "America/New_York", "Europe/Berlin"};

    static final String SIMPLE = "yyyy-MM-dd'T'HH:mm:ss.SSSZ|''yyyy''|'a''b'|yyyyMMdd|dd/MM/yy|MMMM dd, yyyy"
        + "|h:mm a|é yyyy|yyyy.MM.dd G 'at' HH:mm:ss|b|e|q|'open|yyyy-MM-dd[ HH]|#{}";

    static final String ISOLIKE = "yyyy-MM-dd'T'HH:mm:ss.SSS|[yyyy][ HH:mm]|'a''b'|''|pppH|ppyyyy|yyyy-MM-dd[ z]|uuuu-'W'"
        + "|AAAAAAAAAA|nnnnnnnnnn|yyyyyyyyyy|#|{|}|[|]|[[yyyy]|b|j|h:mm a|dd MMM yyyy, EEEE|é|YYYY-'W'ww-e|pp'x'|p|ppp[H]";

    static final String READ = """
        2024-03-07|yyyy-MM-dd
        2024-3-7|yyyy-MM-dd
        2024-3-7|y-M-d
        024-03-07|yyyy-MM-dd
        24-03-07|yy-MM-dd
        99-03-07|yy-MM-dd
        2024-03-07 AD|yyyy-MM-dd G
        0044-03-15 BC|yyyy-MM-dd G
        -0043-03-15|uuuu-MM-dd
        0000-01-01|yyyy-MM-dd
        0000-01-01|uuuu-MM-dd
        2023-02-29|yyyy-MM-dd
        2023-02-31|yyyy-MM-dd
        2023-04-31|yyyy-MM-dd
        2023-04-32|yyyy-MM-dd
        2023-00-10|yyyy-MM-dd
        2023-01-00|yyyy-MM-dd
        Mar 7, 2024|MMM d, yyyy
        mar 7, 2024|MMM d, yyyy
        March 7, 2024|MMMM d, yyyy
        Mar 7 2024|LLL d yyyy
        Thu 2024-03-07|EEE yyyy-MM-dd
        Fri 2024-03-07|EEE yyyy-MM-dd
        Thursday 2024-03-07|EEEE yyyy-MM-dd
        5 2024-03-07|e yyyy-MM-dd
        4 2024-03-07|e yyyy-MM-dd
        2024067|yyyyDDD
        2024-67|yyyy-D
        2024-366|yyyy-D
        2023-366|yyyy-D
        2024-Q1|yyyy-'Q'Q
        2024-03-07 Q1|yyyy-MM-dd QQQ
        2024-03-07 Q2|yyyy-MM-dd QQQ
        2024-W10-4|YYYY-'W'ww-e
        2024-W10-4|YYYY-'W'w-e
        10 2024-03-07|w yyyy-MM-dd
        15:04|HH:mm
        15:04:05|HH:mm:ss
        15:04:05.006|HH:mm:ss.SSS
        15:04:05.6|HH:mm:ss.SSS
        15:04:05.6|HH:mm:ss.S
        15:04:05.0061|HH:mm:ss.SSS
        24:00|HH:mm
        24:00|kk:mm
        00:30|kk:mm
        25:00|kk:mm
        3:04 PM|h:mm a
        12:04 AM|h:mm a
        12:04 PM|h:mm a
        0:04 PM|K:mm a
        13:04 PM|h:mm a
        3:04 pm|h:mm a
        3:04|h:mm
        3:04 AM|HH:mm a
        15:04 PM|HH:mm a
        15:04 AM|HH:mm a
        03:04 PM|HH:mm a
        15|HH
        54245006|A
        1000|n
        15:04:60|HH:mm:ss
        15:60|HH:mm
        54245006000000|N
        15 5|HH s
        15 5|HH m
        15.5|HH.S
        04:05|mm:ss
        20240307150405|yyyyMMddHHmmss
        20240307150405006|yyyyMMddHHmmssSSS
        2024-03-07T15:04:05|yyyy-MM-dd'T'HH:mm:ss
        2024-03-07T15:04:05Z|yyyy-MM-dd'T'HH:mm:ss'Z'
        2024-03-07T15:04:05Z|yyyy-MM-dd'T'HH:mm:ssX
        2024-03-07T15:04:05+01:00|yyyy-MM-dd'T'HH:mm:ssXXX
        2024-03-07T15:04:05+0530|yyyy-MM-dd'T'HH:mm:ssZ
        2024-03-07T15:04:05 GMT|yyyy-MM-dd'T'HH:mm:ss z
        2024-03-07T15:04:05+05|yyyy-MM-dd'T'HH:mm:ssx
        2024-03-07 Europe/Berlin|yyyy-MM-dd VV
        2024-03-07T15:04:05 GMT+1|yyyy-MM-dd'T'HH:mm:ss O
        2024-03-07|yyyy-MM-dd[ HH:mm]
        2024-03-07 15:04|yyyy-MM-dd[ HH:mm]
        2024-03-07 15|yyyy-MM-dd[ HH[:mm]]
        2024-03-07 15:04|[yyyy-MM-dd][ HH:mm]
        2024-03-07x|yyyy-MM-dd
         2024-03-07|yyyy-MM-dd
        |yyyy-MM-dd
        x|
        |
        2024|yyyy
        2024-03|yyyy-MM
        03-07|MM-dd
        7|d
        2024-03-07 07|yyyy-MM-dd dd
        2024-03-07 08|yyyy-MM-dd dd
        2024 2024-03-07|uuuu yyyy-MM-dd
        2024-03-07 3|yyyy-MM-dd F
        2024-03-07 1|yyyy-MM-dd F
        07/03/2024 3 PM|dd/MM/yyyy h a
        2024-03-07 24:00|yyyy-MM-dd HH:mm
        2024-03-07 24:00:00|yyyy-MM-dd kk:mm:ss
        070324|ddMMyy
        7324|dMyy
        7324|dMMyy
        1 3 2024|d M yyyy
        01 3 2024|d M yyyy
        001 3 2024|d M yyyy
        at 15 o'clock|'at' HH 'o''clock'
        12/31/1999|MM/dd/yyyy
        31.12.99|dd.MM.yy
        1/2/3|d/M/y
        １-３-2024|d-M-yyyy
        2024-03-07T15:04:05.123456789|yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS
        2024-03-07T15:04:05.123456|yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS
        15:04:05 6|HH:mm:ss n
        15:04:05.5 500000000|HH:mm:ss.S n
        15:04:05.5 6|HH:mm:ss.S n
        2024-12-30|YYYY-MM-dd
        SUN 2024-03-10|EEE yyyy-MM-dd
        3pm|ha
        3PM|ha
        Sept 3, 2024|MMM d, yyyy
        Sep 3, 2024|MMM d, yyyy
          7|pppd
        2024-  3-07|yyyy-pppM-dd""";
}
