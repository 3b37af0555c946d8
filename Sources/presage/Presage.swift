@main struct Presage { static func main() {} }
