/// How a CSV file is read: which columns mean what, and what to do about duplicates.
public struct CSVOptions: Sendable, Hashable, Codable {
    /// The two shapes of file that are read.
    public enum Form: String, Sendable, Codable {
        /// By the header: wide when it has a container column and not those of the long form.
        case automatic
        /// `unique_id,ds,y[,extra…]`: one row a series and time.
        case long
        /// `timestamp,container,cpu,memory[,pod]`: one row a container (and pod) and time.
        case wide
    }

    /// What to do with rows of one series that have the same timestamp.
    public enum Duplicates: String, Sendable, Codable {
        /// The row further down in the file counts, as if it corrected the earlier one.
        case last
        /// Their mean, missing values left out.
        case mean
        /// Their maximum, missing values left out.
        case maximum
        /// Every row stays, as Prophet has it.
        case keep
        /// The read fails.
        case refuse
    }

    /// Which columns of the long form beyond id, time and value are read.
    public enum ExtraColumns: Sendable, Hashable, Codable {
        /// Every column that holds numbers; one that holds text is left out and reported.
        case numeric
        /// These; it is an error when one is missing or holds text.
        case named([String])
    }

    /// The names of the columns in the file.
    public struct Columns: Sendable, Hashable, Codable {
        /// Long form: the series' name; without such a column the file is one series.
        public var id = "unique_id"
        /// Long form: the timestamp.
        public var time = "ds"
        /// Long form: the value.
        public var value = "y"
        /// Wide form: the timestamp.
        public var timestamp = "timestamp"
        /// Wide form: the container's name.
        public var container = "container"
        /// Wide form: the CPU usage in cores.
        public var cpu = "cpu"
        /// Wide form: the memory usage in bytes.
        public var memory = "memory"
        /// Wide form: the pod's name; optional.
        public var pod = "pod"

        /// The documented names.
        public init() {}
    }

    /// The shape of the file.
    public var form: Form
    /// The columns' names.
    public var columns: Columns
    /// What happens to duplicates.
    public var duplicates: Duplicates
    /// Which extra columns are read.
    public var extraColumns: ExtraColumns
    /// With ``ExtraColumns/named(_:)``: columns that are read too where the header has them.
    public var optionalColumns: [String] = []
    /// Which series of a long file are kept; of the others only ``History/observed`` is known.
    public var slice = SeriesSlice()
    /// Rows after this moment do not count for ``History/observed``; nil counts all.
    public var until: Int?

    /// Makes options; the defaults read both documented forms.
    public init(
        form: Form = .automatic, columns: Columns = Columns(), duplicates: Duplicates = .last,
        extraColumns: ExtraColumns = .numeric
    ) {
        self.form = form
        self.columns = columns
        self.duplicates = duplicates
        self.extraColumns = extraColumns
    }
}
